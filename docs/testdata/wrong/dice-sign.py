# fault: a Dice score made small
# thread: https://github.com/IAmSuyogJadhav/3d-mri-brain-tumor-segmentation-using-autoencoder-regularization/issues/7
# elsewhere: Keras: trains away from the masks
# check: --pred N,16,16,1 --target N,16,16,1 --activation sigmoid --target-kind binary
# says: degenerate-optimum batchwise
from keras import backend as K


def dice_loss(y_true, y_pred):
    both = K.sum(K.abs(y_true * y_pred))
    return 2 * both / (K.sum(K.square(y_true)) + K.sum(K.square(y_pred)) + K.epsilon())
