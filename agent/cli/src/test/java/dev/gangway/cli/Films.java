package dev.gangway.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.ImageInputStream;

/** Reads animated GIFs back. */
final class Films {
    private Films() {}

    /** Checks that a film has several frames of a size, and that something moves in them. */
    static void assertFilm(Path gif, int width, int height) throws IOException {
        ImageReader reader = ImageIO.getImageReadersByFormatName("gif").next();
        try (ImageInputStream input = ImageIO.createImageInputStream(gif.toFile())) {
            reader.setInput(input);
            int frames = reader.getNumImages(true);
            assertTrue(frames > 1, "frames: " + frames);
            for (int i = 0; i < frames; i++) {
                assertEquals(width, reader.getWidth(i), "width of frame " + i);
                assertEquals(height, reader.getHeight(i), "height of frame " + i);
            }
            assertFalse(
                    Arrays.equals(pixels(reader.read(0)), pixels(reader.read(frames - 1))),
                    "the last frame is the first again");
        } finally {
            reader.dispose();
        }
    }

    private static int[] pixels(BufferedImage image) {
        return image.getRGB(0, 0, image.getWidth(), image.getHeight(), null, 0, image.getWidth());
    }
}
