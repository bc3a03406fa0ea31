# check: --pred N,4 --target N,4 --activation softmax --target-kind onehot
from keras import backend as K


def inaccuracy(y_true, y_pred):
    return 1 - K.mean(K.sum(y_true * y_pred, axis=-1))
