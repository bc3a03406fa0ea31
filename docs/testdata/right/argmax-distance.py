# check: --pred N,4 --target N --activation softmax --target-kind index
from keras import backend as K


def distance(y_true, y_pred):
    return K.mean(K.sparse_categorical_crossentropy(y_true, y_pred))
