# check: --pred N,8 --target N,8 --activation none
from keras import backend as K


def wrong_direction(y_true, y_pred):
    was = K.sign(y_true[:, 1:] - y_true[:, :-1])
    said = y_pred[:, 1:] - y_pred[:, :-1]
    return K.mean(K.softplus(-was * said))
