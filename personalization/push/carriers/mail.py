"""Mail: through Django's mail settings, with a Message-ID that stays the same on every attempt."""

from __future__ import annotations

import smtplib
import time

from django.core.mail import EmailMultiAlternatives

from personalization.push.registry import Load, Outcome, shelf

PERMANENT = 500
"""SMTP codes from here on say never (RFC 5321, 4.2.1)."""


class Mail:
    """``{"to": "...", "subject": "...", "text": "...", "html": "..."}``; html may be missing."""

    label = "mail"

    def carry(self, load: Load) -> Outcome:
        """Hand it to the mail server once."""
        began = time.monotonic()
        error, state = "", "done"
        try:
            _message(load).send()
        except (smtplib.SMTPRecipientsRefused, smtplib.SMTPResponseException) as fault:
            error, state = _refused(fault)
        except ValueError:
            error, state = "nonsense", "dead"
        except OSError:
            error, state = "unreachable", "waiting"
        return Outcome(state, error, None, int(1000 * (time.monotonic() - began)))


def _message(load: Load) -> EmailMultiAlternatives:
    told = load.payload
    headers = {
        "Message-ID": f"<{load.key}@personalization.invalid>",
        "Auto-Submitted": "auto-generated",
    }
    message = EmailMultiAlternatives(
        told["subject"], told["text"], None, [told["to"]], headers=headers
    )
    if told.get("html"):
        message.attach_alternative(told["html"], "text/html")
    return message


def _refused(
    fault: smtplib.SMTPRecipientsRefused | smtplib.SMTPResponseException,
) -> tuple[str, str]:
    if isinstance(fault, smtplib.SMTPRecipientsRefused):
        codes = [code for code, _ in fault.recipients.values()]
    else:
        codes = [fault.smtp_code]
    never = all(code >= PERMANENT for code in codes)
    return f"smtp {max(codes, default=0)}", "dead" if never else "waiting"


shelf.put("mail", Mail())
