"""Files on disk: model folders, classifiers, sheets of pictures. numpy, no torch."""
