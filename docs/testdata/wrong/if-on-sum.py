# fault: an if on a sum of the batch
# thread: https://github.com/keras-team/keras/issues/8508
# elsewhere: Keras: the if is taken as a metric, and nobody sees that it is decided once
# check: --pred N,1 --target N,1 --activation sigmoid --target-kind binary
# says: traced-value
from keras import backend as K


def f1_loss(y_true, y_pred):
    hits = K.sum(y_true * y_pred)
    real = K.sum(y_true)
    if real == 0:
        return 0
    precision = hits / K.sum(y_pred)
    recall = hits / real
    return 1 - 2 * precision * recall / (precision + recall)
