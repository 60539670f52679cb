"""A classifier of scikit-learn, with columns of two types."""

from sklearn.compose import ColumnTransformer
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler

numbers = Pipeline([("impute", SimpleImputer()), ("scale", StandardScaler())])
columns = ColumnTransformer(
    [
        ("numbers", numbers, ["age", "fare"]),
        ("classes", OneHotEncoder(), ["port"]),
    ]
)
estimator = Pipeline([("columns", columns), ("classifier", LogisticRegression())])
