# check: --pred N,16,16,1 --target N,16,16,1 --activation sigmoid --target-kind binary
from keras import backend as K


def dice_loss(y_true, y_pred):
    both = K.sum(K.abs(y_true * y_pred))
    return 1 - 2 * both / (K.sum(K.square(y_true)) + K.sum(K.square(y_pred)) + K.epsilon())
