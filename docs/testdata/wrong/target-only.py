# fault: a loss of the target alone
# thread: https://github.com/rstudio/keras3/issues/257
# elsewhere: Keras: "Tried to convert 'x' to a tensor and failed"
# check: --pred N,1 --target N,1 --activation none --target-kind real
# says: no-gradient
from keras import backend as K


def mean_target(y_true, y_pred):
    return K.mean(y_true)
