"""A pipeline of Kedro, with a namespace."""

from kedro.pipeline import node, pipeline


def preprocess(companies):
    return companies.dropna()


def split_data(table, ratio):
    size = int(len(table) * ratio)
    return table[:size], table[size:]


def train_model(table):
    return table.mean()


def evaluate_model(regressor, table):
    return abs(table - regressor).mean()


preparation = pipeline([node(preprocess, "companies", "model_input")])
science = pipeline(
    [
        node(split_data, ["model_input", "params:ratio"], ["train_set", "test_set"]),
        node(train_model, "train_set", "regressor"),
        node(evaluate_model, ["regressor", "test_set"], "metrics"),
    ],
    namespace="data_science",
    inputs="model_input",
    outputs="metrics",
)


def create_pipeline():
    return preparation + science
