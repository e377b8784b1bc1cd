package org.corehours.cli.serve;

/** What a stranger sent, as it stands in a message: shortened, so that a message stays a line. */
final class Shown {

    private static final int LONGEST = 60;

    private Shown() {}

    static String of(String text) {
        StringBuilder shown = new StringBuilder();
        text.codePoints()
                .limit(LONGEST)
                .map(each -> Character.isISOControl(each) || !Character.isDefined(each) ? '?' : each)
                .forEach(shown::appendCodePoint);
        return text.codePointCount(0, text.length()) > LONGEST ? shown + "…" : shown.toString();
    }
}
