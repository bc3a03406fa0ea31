# fault: the sign of a change
# thread: https://github.com/rstudio/keras3/issues/193
# elsewhere: Keras: "An operation has `None` for gradient", without the line
# check: --pred N,8 --target N,8 --activation none
# says: not-differentiable
from keras import backend as K


def wrong_direction(y_true, y_pred):
    was = K.sign(y_true[:, 1:] - y_true[:, :-1])
    said = K.sign(y_pred[:, 1:] - y_pred[:, :-1])
    return 1 - K.mean(K.cast(K.equal(was, said), "float32"))
