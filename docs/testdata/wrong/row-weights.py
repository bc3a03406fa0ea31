# fault: weights [N 1] times a loss of [N]
# thread: https://github.com/pytorch/pytorch/issues/10732
# elsewhere: PyTorch: "input and weights have different number of elements: input[64 x 1] has 64 elements, while weights[64 x 64] has 4096"
# check: --pred N,1 --target N,1 --activation sigmoid --target-kind binary
# says: loss-shape
from keras import backend as K


def weighted_square(y_true, y_pred):
    per_row = K.mean(K.square(y_true - y_pred), axis=-1)
    return K.mean((1 + 9 * y_true) * per_row)
