"""Facts about who receives and where. Facts of name, phone and address are absent on masked values."""

from __future__ import annotations

from engine.language.facts import Fact, Scene
from engine.order import Receiver
from engine.phones import phone_key


def _receiver(scene: Scene) -> Receiver:
    return scene.order.receiver or Receiver()


def _open(scene: Scene, name: str) -> str | None:
    """The text, unless it is masked or empty."""
    receiver = _receiver(scene)
    return None if receiver.masked else getattr(receiver, name) or None


def _same_as_buyer(scene: Scene) -> bool | None:
    receiver, buyer = _receiver(scene), scene.order.buyer
    if receiver.masked or not receiver.name or not buyer.name:
        return None
    phones = {key for key in (phone_key(receiver.phone), phone_key(buyer.phone)) if key}
    same_phone = len(phones) < 2
    return receiver.name == buyer.name and same_phone


def _read(name: str, zh: str, en: str, type_: str = "flag", **more: object) -> Fact:
    """A fact that `engine.intake.reading` works out from the text."""
    return Fact(name, type_, zh, en, lambda s, _: s.derived.get(name), **more)  # type: ignore[arg-type]


FACTS = (
    Fact("receiver.name", "text", "收货人", "Receiver", lambda s, _: _open(s, "name"), sample="张伟"),
    Fact("receiver.phone", "text", "收货电话", "Phone", lambda s, _: phone_key(_open(s, "phone")),
         help_zh="只留数字, 不含 +86 和分机", help_en="Digits only, without +86 and extension", sample="13800138000"),
    Fact("receiver.country", "text", "国家/地区", "Country",
         lambda s, _: _receiver(s).country or None if s.order.receiver else None, sample="CN"),
    Fact("receiver.province", "text", "省份", "Province", lambda s, _: s.derived.get("receiver.province"),
         help_zh="识别为标准名称", help_en="As the standard name where it is recognised", sample="西藏自治区"),
    Fact("receiver.city", "text", "城市", "City", lambda s, _: s.derived.get("receiver.city"), sample="拉萨市"),
    Fact("receiver.district", "text", "区县", "District", lambda s, _: s.derived.get("receiver.district")),
    Fact("receiver.town", "text", "街道乡镇", "Town", lambda s, _: _receiver(s).town or None),
    Fact("receiver.address", "text", "详细地址", "Address",
         lambda s, _: _open(s, "address"), sample="大望路甲18号院3号楼2单元501"),
    Fact("receiver.fingerprint", "text", "收货人指纹", "Receiver fingerprint", lambda s, _: _receiver(s).fingerprint),
    Fact("receiver.same_as_buyer", "flag", "收货人即买家", "Receiver is the buyer", lambda s, _: _same_as_buyer(s)),
    Fact("receiver.masked", "flag", "信息脱敏", "Masked", lambda s, _: _receiver(s).masked, always=True),
    Fact("receiver.phone_orders_1h", "int", "同电话 1 小时订单数", "Orders to this phone in an hour",
         lambda s, _: s.world.history.phone_orders_1h, least=0),
    Fact("receiver.address_orders_1h", "int", "同地址 1 小时订单数", "Orders to this address in an hour",
         lambda s, _: s.world.history.address_orders_1h, least=0),
    _read("receiver.name_vague", "姓名不完整", "Name is vague"),
    _read("receiver.phone_valid", "电话有效", "Phone is valid"),
    _read("receiver.in_mainland", "在大陆", "In mainland China"),
    _read("receiver.province_known", "省份可识别", "Province is known"),
    _read("receiver.city_known", "城市可识别", "City is known"),
    _read("receiver.district_missing", "缺少区县", "District is missing",
          help_zh="城市设区县而未填时为是", help_en="True when the city has districts and none is given"),
    _read("receiver.district_known", "区县可识别", "District is known"),
    _read("receiver.address_length", "地址字数", "Address length", "int", least=0),
    _read("receiver.address_names_other_place", "地址与省市不符", "Address names another place"),
    _read("receiver.address_place", "地址所写的另一省市", "Other place that the address names", "text",
          sample="浙江省杭州市"),
    _read("receiver.address_unit_missing", "缺少门牌", "Unit is missing"),
)  # fmt: skip
