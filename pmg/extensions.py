"""The Flask extensions, made once and plugged in by `pmg.app`."""

from datetime import datetime
from typing import TYPE_CHECKING

from flask_babel import Babel
from flask_login import LoginManager
from flask_sqlalchemy import SQLAlchemy
from flask_wtf.csrf import CSRFProtect
from sqlalchemy import DateTime, MetaData, Text
from sqlalchemy.orm import DeclarativeBase, registry


class Base(DeclarativeBase):
    """What every table shares: predictable names for constraints, text without a bound, UTC."""

    registry = registry(
        metadata=MetaData(
            naming_convention={
                "pk": "%(table_name)s_pk",
                "fk": "%(table_name)s_%(column_0_N_name)s_fk",
                "uq": "%(table_name)s_%(column_0_name)s_key",
                "ck": "%(table_name)s_%(constraint_name)s",
            }
        ),
        type_annotation_map={str: Text(), datetime: DateTime(timezone=True)},
    )


db = SQLAlchemy(model_class=Base, disable_autonaming=True)
# db.Model is built at run time; type checkers need the class behind it.
if TYPE_CHECKING:
    Model = Base
else:
    Model = db.Model

babel = Babel()
csrf = CSRFProtect()
login_manager = LoginManager()
