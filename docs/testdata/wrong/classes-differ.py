# fault: six classes in the target, ten in the model
# thread: https://github.com/keras-team/keras/issues/12910
# elsewhere: Keras: "A target array with shape (1080, 6) was passed for an output of shape (None, 10)"
# check: --pred N,10 --target N,6 --activation softmax --target-kind onehot
# says: loss-shape
from keras import backend as K


def crossentropy(y_true, y_pred):
    return K.mean(K.categorical_crossentropy(y_true, y_pred))
