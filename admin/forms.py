"""The forms of the console: what they ask, and what they say of a bad answer."""

from __future__ import annotations

from flask_babel import lazy_gettext
from flask_wtf import FlaskForm
from wtforms import PasswordField, SelectMultipleField, StringField, SubmitField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length
from wtforms.widgets import CheckboxInput, ListWidget

MOST_REASON = 500


class SignInForm(FlaskForm):
    """Who are you."""

    username = StringField(
        lazy_gettext("用户名"),
        validators=[InputRequired(lazy_gettext("请输入用户名")), Length(max=100)],
        render_kw={"autocomplete": "username", "autofocus": True, "maxlength": 100},
    )
    password = PasswordField(
        lazy_gettext("密码"),
        validators=[InputRequired(lazy_gettext("请输入密码")), Length(max=200)],
        render_kw={"autocomplete": "current-password", "maxlength": 200},
    )
    submit = SubmitField(lazy_gettext("登录"))


class ReleaseForm(FlaskForm):
    """Which holds to take off, and why."""

    holds = SelectMultipleField(
        lazy_gettext("放行哪些原因"),
        option_widget=CheckboxInput(),
        widget=ListWidget(prefix_label=False),
        validators=[InputRequired(lazy_gettext("请至少选择一个原因"))],
        validate_choice=False,  # the service knows what the order is held for by now, and says so
    )
    reason = TextAreaField(
        lazy_gettext("放行说明"),
        validators=[
            DataRequired(lazy_gettext("请写明放行的原因，它会与订单一起留存")),
            Length(max=MOST_REASON, message=lazy_gettext("说明最多 500 字")),
        ],
        render_kw={"rows": 3, "maxlength": MOST_REASON},
    )
    submit = SubmitField(lazy_gettext("确认放行"))
