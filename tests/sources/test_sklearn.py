"""Estimators of scikit-learn."""

from __future__ import annotations

import pytest
from sklearn.compose import ColumnTransformer, make_column_selector
from sklearn.decomposition import PCA
from sklearn.ensemble import RandomForestClassifier, StackingClassifier
from sklearn.feature_selection import SelectKBest
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import FeatureUnion, Pipeline, make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler

from sphinxext.llmpipeline import from_sklearn, unparse


def test_nesting() -> None:
    numbers = Pipeline([("impute", SimpleImputer()), ("nothing", "passthrough"), ("scale", StandardScaler())])
    parts = [
        ("numbers", numbers, ["age", "fare"]),
        ("classes", OneHotEncoder(), make_column_selector(dtype_include=object)),
        ("many", StandardScaler(), [*"abcdef"]),
        ("first", "drop", [0]),
    ]
    columns = ColumnTransformer(parts, remainder="passthrough")
    union = FeatureUnion([("pca", PCA()), ("best", SelectKBest())])
    estimator = Pipeline([("columns", columns), ("features", union), ("classifier", LogisticRegression())])
    assert (
        unparse(from_sklearn(estimator))
        == """\
data data: Data
group columns: ColumnTransformer
   group columns.numbers: numbers
      :note: age, fare
      process columns.numbers.impute: SimpleImputer
      process columns.numbers.scale: StandardScaler
   process columns.classes: OneHotEncoder
      :note: object
   process columns.many: StandardScaler
      :note: a, b, c, d and 2 more
   process columns.first: drop
      :note: 0
   process columns.remainder: passthrough
      :note: other columns
group features: FeatureUnion
   process features.pca: PCA
   process features.best: SelectKBest
model classifier: LogisticRegression

columns.numbers.impute -> columns.numbers.scale
columns -> features
features -> classifier
data -> columns
"""
    )


def test_searches_and_ensembles_are_groups() -> None:
    models = [("forest", RandomForestClassifier()), ("linear", make_pipeline(StandardScaler(), LogisticRegression()))]
    stack = StackingClassifier(models, final_estimator=LogisticRegression())
    assert (
        unparse(from_sklearn(GridSearchCV(stack, {}), data=""))
        == """\
group GridSearchCV
   group GridSearchCV.estimator: StackingClassifier
      model GridSearchCV.estimator.forest: RandomForestClassifier
      group GridSearchCV.estimator.linear: linear
         process GridSearchCV.estimator.linear.standardscaler: StandardScaler
         model GridSearchCV.estimator.linear.logisticregression: LogisticRegression
      model GridSearchCV.estimator.final_estimator: LogisticRegression

GridSearchCV.estimator.linear.standardscaler -> GridSearchCV.estimator.linear.logisticregression
GridSearchCV.estimator.forest -> GridSearchCV.estimator.final_estimator
GridSearchCV.estimator.linear -> GridSearchCV.estimator.final_estimator
"""
    )


def test_one_estimator_and_a_fitted_one() -> None:
    expected = "data data: Data\nmodel LogisticRegression\n\ndata -> LogisticRegression\n"
    assert unparse(from_sklearn(LogisticRegression())) == expected
    forest = RandomForestClassifier(2).fit([[0], [1]], [0, 1])
    assert unparse(from_sklearn(forest)) == expected.replace("LogisticRegression", "RandomForestClassifier")


def test_other_objects() -> None:
    with pytest.raises(TypeError, match=r"^from_sklearn: expected an estimator of sklearn, got type$"):
        from_sklearn(LogisticRegression)
    with pytest.raises(TypeError, match=r"^from_sklearn: expected an estimator of sklearn, got int$"):
        from_sklearn(3)
    with pytest.raises(ValueError, match=r"^nothing to draw: the pipeline has no steps$"):
        from_sklearn(Pipeline([("nothing", "passthrough")]), data="")
