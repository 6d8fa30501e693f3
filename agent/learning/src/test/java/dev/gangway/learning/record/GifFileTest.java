package dev.gangway.learning.record;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.gangway.environment.DType;
import dev.gangway.environment.Tensor;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.ImageInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GifFileTest {
    private static final int WHITE = 0xffffffff;
    private static final int BLACK = 0xff000000;

    @TempDir
    private Path directory;

    private static Tensor white(int height, int width) {
        byte[] bytes = new byte[height * width * 3];
        java.util.Arrays.fill(bytes, (byte) 0xff);
        return Tensor.wrap(DType.UINT8, new int[] {height, width, 3}, ByteBuffer.wrap(bytes));
    }

    private Path film(int[]... sizes) throws IOException {
        Path file = directory.resolve("film.gif");
        try (GifFile gif = new GifFile(file, 4)) {
            for (int[] size : sizes) {
                gif.frame(white(size[0], size[1]));
            }
        }
        return file;
    }

    private static void assertScreen(int width, int height, Path gif) throws IOException {
        ByteBuffer header = ByteBuffer.wrap(Files.readAllBytes(gif)).order(ByteOrder.LITTLE_ENDIAN);
        assertEquals(width, header.getShort(6));
        assertEquals(height, header.getShort(8));
    }

    @Test
    void framesOfOneSizeAreTheScreen() throws IOException {
        assertScreen(30, 20, film(new int[] {20, 30}, new int[] {20, 30}));
    }

    @Test
    void framesThatGrowAreSeenWhole() throws IOException {
        assertScreen(45, 60, film(new int[] {20, 30}, new int[] {60, 30}, new int[] {30, 45}));
    }

    @Test
    void aSmallerFrameLeavesNothingOfTheOneBefore() throws IOException {
        Path gif = film(new int[] {20, 30}, new int[] {10, 15});
        ImageReader reader = ImageIO.getImageReadersByFormatName("gif").next();
        try (ImageInputStream input = ImageIO.createImageInputStream(gif.toFile())) {
            reader.setInput(input);
            BufferedImage second = reader.read(1);
            assertEquals(30, second.getWidth());
            assertEquals(20, second.getHeight());
            assertEquals(WHITE, second.getRGB(14, 9));
            assertEquals(BLACK, second.getRGB(15, 9));
            assertEquals(BLACK, second.getRGB(14, 10));
        } finally {
            reader.dispose();
        }
    }
}
