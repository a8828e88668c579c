"""Small operators of ai.onnx.ml: scaling to norms, thresholds, gaps, one-hot, keys and values, linear models."""

from tests.cases.case import Case, given, x

ML = "ai.onnx.ml"
NAN = float("nan")
GAPS = given([[1.0, NAN, 3.0], [NAN, 5.0, -2.0]], "float32")
KEYS = given([[3, 7, 9], [-1, 3, 100]], "int64")

CASES = [
    *(Case("Normalizer", norm.lower(), (x(5, 3, low=0.1),), {"norm": norm}, domain=ML) for norm in ("MAX", "L1", "L2")),
    Case("Binarizer", "threshold", (x(4, 3),), {"threshold": 0.5}, domain=ML),
    Case("FeatureVectorizer", "two", (x(4, 3), x(4, 2)), {"inputdimensions": [3, 2]}, domain=ML),
    Case("Imputer", "nan", (GAPS,), {"imputed_value_floats": [10.0, 20.0, 30.0], "replaced_value_float": NAN}, domain=ML),
    Case("Imputer", "value", (x(4, 3),), {"imputed_value_floats": [10.0], "replaced_value_float": 0.0}, domain=ML),
    Case("Imputer", "integers", (KEYS,), {"imputed_value_int64s": [0], "replaced_value_int64": 3}, domain=ML),
    Case("OneHotEncoder", "integers", (KEYS,), {"cats_int64s": [3, 9, 4], "zeros": 1}, domain=ML),
    Case("LabelEncoder", "integers", (KEYS,), {"keys_int64s": [9, 3, 7], "values_int64s": [10, 20, 30]}, domain=ML),
    Case("LabelEncoder", "to_floats", (KEYS,), {"keys_int64s": [9, 3], "values_floats": [0.5, 1.5], "default_float": 9.0}, domain=ML),
    Case("LabelEncoder", "from_floats", (GAPS,), {"keys_floats": [1.0, 5.0, 3.0], "values_int64s": [1, 2, 3], "default_int64": 7}, domain=ML),
    Case("LinearRegressor", "two_targets", (x(4, 3),), {"coefficients": [1.0, -2.0, 0.5, 0.25, 3.0, -1.0], "intercepts": [0.5, -0.5], "targets": 2}, domain=ML),
    Case("Scaler", "per_feature", (x(4, 3),), {"offset": [1.0, 2.0, 3.0], "scale": [0.5, 2.0, -1.0]}, domain=ML),
]  # fmt: skip
