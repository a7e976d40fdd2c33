"""Signatures of webhooks, by Standard Webhooks (standardwebhooks.com), which receivers check with a library."""

import base64
import hashlib
import hmac


def sign(secret: str, message_id: str, timestamp: int, payload: str) -> str:
    """One signature, "v1,...", with a secret of the form "whsec_..."."""
    key = base64.b64decode(secret.removeprefix("whsec_"))
    signed = f"{message_id}.{timestamp}.{payload}".encode()
    return "v1," + base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()


def headers(secrets: list[str], message_id: str, timestamp: int, payload: str) -> dict[str, str]:
    """What a delivery carries; with several secrets any of the signatures will do."""
    return {
        "content-type": "application/json",
        "user-agent": "Celaje-Webhooks/1",
        "webhook-id": message_id,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": " ".join(sign(secret, message_id, timestamp, payload) for secret in secrets),
    }
