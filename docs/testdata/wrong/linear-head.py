# fault: raw scores in a loss of probabilities
# thread: https://github.com/tensorflow/tensorflow/issues/28718
# elsewhere: Keras: trains on scores as if they were probabilities
# check: --pred N,1 --target N,1 --activation none --target-kind binary
# says: loss-domain
from keras import backend as K


def crossentropy(y_true, y_pred):
    return K.mean(K.binary_crossentropy(y_true, y_pred))
