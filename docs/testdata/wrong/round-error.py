# fault: rounded predictions
# thread: https://github.com/keras-team/keras/issues/4175
# elsewhere: Keras: "None values not supported", in the optimizer
# check: --pred N,1 --target N,1 --activation none --target-kind real
# says: not-differentiable
from keras import backend as K


def rounded(y_true, y_pred):
    return K.mean(K.abs(K.round(y_pred) - y_true))
