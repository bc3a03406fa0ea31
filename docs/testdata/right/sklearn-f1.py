# check: --pred N,4 --target N,4 --activation softmax --target-kind onehot
from keras import backend as K


def f1_loss(y_true, y_pred):
    hits = K.sum(y_true * y_pred, axis=0)
    f1 = 2 * hits / (K.sum(y_true, axis=0) + K.sum(y_pred, axis=0) + K.epsilon())
    return 1 - K.sum(f1 * K.sum(y_true, axis=0)) / K.sum(y_true)
