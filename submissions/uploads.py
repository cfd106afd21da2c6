"""Taking a file off the network without letting it fill the disk."""

from django.core.files.uploadhandler import SkipFile, StopUpload, TemporaryFileUploadHandler

from submissions.files import MAX_BYTES

ROOM_FOR_FORM = 100_000
HOPELESS = 10 * MAX_BYTES


class LimitedUpload(TemporaryFileUploadHandler):
    """Keep at most `at_most` files of `most` bytes; what is larger is read to its end but never written.

    Reading on lets the browser show our answer instead of a broken connection; only what is
    hopelessly large is cut off.
    """

    at_most = 1

    def __init__(self, request, *, most: int = MAX_BYTES):
        super().__init__(request)
        self.most = most

    def handle_raw_input(self, input_data, META, content_length, boundary, encoding=None):
        self.is_hopeless = content_length > HOPELESS
        self.request.upload_too_large = content_length > self.at_most * self.most + ROOM_FOR_FORM
        self.files = 0

    def new_file(self, *args, **kwargs):
        self.files += 1
        if self.is_hopeless:
            raise StopUpload(connection_reset=True)
        if self.request.upload_too_large or self.files > self.at_most:
            raise SkipFile
        super().new_file(*args, **kwargs)

    def receive_data_chunk(self, raw_data, start):
        if start + len(raw_data) > self.most:
            self.request.upload_too_large = True
            self.file.close()
            raise SkipFile
        super().receive_data_chunk(raw_data, start)
