"""The loops over pixels, compiled by numba. Every function that works on one ray takes and returns plain numbers.

A stage of the work (`see`, `shade`, `develop` ...) is one function of a pixel, called `..._at`, and two ways to run it:
`cpu` goes through the picture, `gpu` gives each pixel a thread. They offer the same names. What a processor does solid
by solid or line by line, because most pixels are not concerned, a GPU asks for every pixel instead: threads that write
to the same place would have to wait for each other, and a sum would depend on who came first.

Colours inside are squares of sRGB ("gamma 2 light"), so that light adds up rightly and one square root brings it back.
Functions of numbers come from `math`: a GPU's compiler does not know numpy's.
A trap while developing: numba's cache looks only at the file of the outermost function. After a change in a file that
another one calls into, remove the `*.nbi` files of `__pycache__`.
"""
