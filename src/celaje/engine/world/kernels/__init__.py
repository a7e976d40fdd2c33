"""The loops over pixels, compiled by numba. Every function that works on one ray takes and returns plain numbers.

Colours inside are squares of sRGB ("gamma 2 light"), so that light adds up rightly and one square root brings it back.
A trap while developing: numba's cache looks only at the file of the outermost function. After a change in a file that
another one calls into, remove the `*.nbi` files of `__pycache__`.
"""
