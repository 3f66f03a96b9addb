"""The forms of the console: what they ask, and what they say of a bad answer."""

from __future__ import annotations

from flask_babel import lazy_gettext
from flask_wtf import FlaskForm
from wtforms import (
    HiddenField,
    IntegerField,
    PasswordField,
    RadioField,
    SelectMultipleField,
    StringField,
    SubmitField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, Optional
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


class AdjustmentForm(FlaskForm):
    """How many units came in, were counted, or are more or fewer; and why."""

    adjustment_id = HiddenField(validators=[InputRequired(), Length(max=64)])  # sent twice, it is done once
    warehouse = StringField(
        lazy_gettext("仓库"), validators=[InputRequired(lazy_gettext("请选择仓库")), Length(max=64)]
    )
    sku = StringField(
        lazy_gettext("商品编码"), validators=[InputRequired(lazy_gettext("请填商品编码")), Length(max=64)]
    )
    change = RadioField(
        lazy_gettext("记什么"),
        choices=[
            SelectChoice("received", lazy_gettext("收货入库")), SelectChoice("counted", lazy_gettext("盘点为")),
            SelectChoice("moved", lazy_gettext("增减")),
        ],
        default="received",
    )  # fmt: skip
    units = IntegerField(
        lazy_gettext("件数"),
        validators=[
            InputRequired(lazy_gettext("请填件数")),
            NumberRange(-(10**9), 10**9, lazy_gettext("件数太大")),
        ],
    )
    safety_stock = IntegerField(
        lazy_gettext("安全库存"), validators=[Optional(), NumberRange(0, 10**9, lazy_gettext("安全库存不能小于 0"))]
    )
    reason = TextAreaField(
        lazy_gettext("原因"),
        validators=[
            DataRequired(lazy_gettext("请写明原因，它会留在台账里")),
            Length(max=MOST_REASON, message=lazy_gettext("说明最多 500 字")),
        ],
        render_kw={"rows": 2, "maxlength": MOST_REASON},
    )
    submit = SubmitField(lazy_gettext("记账"))
