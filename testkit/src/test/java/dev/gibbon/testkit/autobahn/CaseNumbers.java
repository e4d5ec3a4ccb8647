package dev.gibbon.testkit.autobahn;

import java.util.Set;
import java.util.TreeSet;

/** Sets of case numbers, written short: {@code "3.* 5.9-17 7.5.1"}, or {@code "but 3.*"} for all the others. */
final class CaseNumbers {
    private CaseNumbers() {}

    /** The numbers of a list; every part of it must stand for at least one case. */
    static Set<String> of(String list) {
        if (list.startsWith("but ")) {
            Set<String> others = of("*");
            others.removeAll(of(list.substring(4)));
            return others;
        }
        Set<String> numbers = new TreeSet<>();
        for (String part : list.split(" ", -1)) {
            if (!part.isEmpty() && !addAll(part, numbers)) {
                throw new IllegalArgumentException("no case is meant by " + part);
            }
        }
        return numbers;
    }

    private static boolean addAll(String part, Set<String> numbers) {
        boolean found = false;
        for (Case one : Cases.all()) {
            if (matches(part, one.number())) {
                numbers.add(one.number());
                found = true;
            }
        }
        return found;
    }

    private static boolean matches(String part, String number) {
        if (part.endsWith("*")) {
            return number.startsWith(part.substring(0, part.length() - 1));
        }
        int dot = part.lastIndexOf('.') + 1;
        int dash = part.indexOf('-', dot);
        if (dash < 0) {
            return number.equals(part);
        }
        if (!number.startsWith(part.substring(0, dot)) || number.indexOf('.', dot) >= 0) {
            return false;
        }
        int last = Integer.parseInt(number.substring(dot));
        return last >= Integer.parseInt(part.substring(dot, dash))
                && last <= Integer.parseInt(part.substring(dash + 1));
    }
}
