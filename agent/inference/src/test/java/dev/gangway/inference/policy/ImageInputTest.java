package dev.gangway.inference.policy;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gangway.environment.Box;
import dev.gangway.environment.Discrete;
import org.junit.jupiter.api.Test;

class ImageInputTest {
    @Test
    void gymnasiumsImagesAreInOrder() {
        ImageInput image = ImageInput.of(Box.of(0, 1, 5, 4, 3), false);
        assertEquals(5, image.height());
        assertEquals(4, image.width());
        assertEquals(3, image.channels());
        assertEquals(1, image.scale());
        assertTrue(image.inOrder());
        assertEquals(1, ImageInput.of(Box.of(0, 1, 5, 4), false).channels());
    }

    @Test
    void stackedGreyFramesAreChannels() {
        ImageInput image = ImageInput.of(Box.of(0, 1, 2, 3, 2), true);
        assertEquals(3, image.height());
        assertEquals(2, image.width());
        assertEquals(2, image.channels());
        // Pixel by pixel, the two frames' numbers of it: frame 1 begins at feature 6.
        assertArrayEquals(new int[] {0, 6, 1, 7, 2, 8, 3, 9, 4, 10, 5, 11}, image.columns());
    }

    @Test
    void stackedColourFramesPutTheirChannelsSideBySide() {
        ImageInput image = ImageInput.of(Box.of(0, 1, 2, 1, 2, 3), false);
        assertEquals(6, image.channels());
        assertFalse(image.inOrder());
        assertArrayEquals(new int[] {0, 1, 2, 6, 7, 8, 3, 4, 5, 9, 10, 11}, image.columns());
    }

    @Test
    void whatIsNoImageIsRefused() {
        String message = assertThrows(IllegalArgumentException.class, () -> ImageInput.of(Discrete.of(4), false))
                .getMessage();
        assertTrue(message.startsWith("Expected an image observation") && message.contains("use an mlp"), message);
        assertThrows(IllegalArgumentException.class, () -> ImageInput.of(Box.of(0, 1, 5, 4), true));
        assertThrows(IllegalArgumentException.class, () -> ImageInput.of(Box.of(0, 1, 5), false));
    }
}
