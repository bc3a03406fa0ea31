# check: --pred N,1 --target N,1 --activation none --target-kind binary
from keras import backend as K


def crossentropy(y_true, y_pred):
    return K.mean(K.binary_crossentropy(y_true, y_pred, from_logits=True))
