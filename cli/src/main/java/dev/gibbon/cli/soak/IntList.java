package dev.gibbon.cli.soak;

import java.util.Arrays;
import java.util.Objects;

/** Numbers in the order in which they came, four bytes each. Not for several threads at once. */
final class IntList {
    private int[] numbers = new int[16];
    private int size;

    void add(int number) {
        if (size == numbers.length) {
            numbers = Arrays.copyOf(numbers, size * 2);
        }
        numbers[size] = number;
        size++;
    }

    int get(int at) {
        return numbers[Objects.checkIndex(at, size)];
    }

    int size() {
        return size;
    }

    int[] toArray() {
        return Arrays.copyOf(numbers, size);
    }
}
