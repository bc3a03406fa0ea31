# fault: a loss chosen by an if on the prediction
# thread: https://github.com/ultralytics/yolov5/issues/10658
# elsewhere: PyTorch: fails; the answer is that the prediction is "a tensor, not a single value"
# check: --pred N,1 --target N,1 --activation sigmoid --target-kind binary
# says: traced-value
from keras import backend as K


def two_losses(y_true, y_pred):
    if y_pred > 0.7:
        return K.square(y_true - y_pred)
    return K.abs(y_true - y_pred)
