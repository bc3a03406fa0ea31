# check: --pred N,1 --target N,1 --activation none --target-kind real
from keras import backend as K


def with_outside_score(y_true, y_pred):
    return K.mean(K.square(y_true - y_pred)) + 0.01 * K.max(K.abs(y_true - y_pred))
