package org.corehours.cli.serve;

import java.util.List;
import org.corehours.cli.html.Markup;

/** A form in the making. Without scripts a button sends it; with them every change acts at once. */
final class Form {

    private final StringBuilder html = new StringBuilder();
    private final Query values;

    /**
     * A form.
     *
     * @param path where it leads
     * @param values what its fields hold
     * @param title what it is for, for readers who do not see it
     */
    Form(String path, Query values, String title) {
        this.values = values;
        html.append("<form id=\"controls\" method=\"get\" action=\"")
                .append(Markup.escape(path))
                .append("\" aria-label=\"")
                .append(Markup.escape(title))
                .append("\">\n");
    }

    /** Adds fields under a title; they are folded up if they are not to be seen at once and hold nothing. */
    Form group(String title, boolean open, List<? extends Field> fields) {
        boolean seen = open
                || fields.stream().anyMatch(each -> !values.get(each.name()).isEmpty());
        html.append("<details class=\"group\"")
                .append(seen ? " open" : "")
                .append("><summary>")
                .append(Markup.escape(title))
                .append("</summary>\n<div class=\"fields\">\n");
        fields.forEach(this::field);
        html.append("</div></details>\n");
        return this;
    }

    /** Adds a value that no control shows. */
    Form hidden(String name) {
        String value = values.get(name);
        if (!value.isEmpty()) {
            html.append("<input type=\"hidden\" name=\"")
                    .append(name)
                    .append("\" value=\"")
                    .append(Markup.escape(value))
                    .append("\">\n");
        }
        return this;
    }

    private void field(Field field) {
        String id = "field-" + field.name();
        html.append("<div class=\"field\"><label for=\"")
                .append(id)
                .append("\">")
                .append(Markup.escape(field.label()))
                .append("</label>");
        String named = " id=\"" + id + "\" name=\"" + Markup.escape(field.name()) + "\"";
        String value = values.get(field.name());
        if (field instanceof Field.Choice choice) {
            choice(choice, named, value);
        } else if (field instanceof Field.Amount amount) {
            html.append("<span class=\"amount\"><input type=\"number\" inputmode=\"decimal\"")
                    .append(named)
                    .append(" min=\"")
                    .append(amount.whole() ? Field.Amount.plain(amount.least()) : "0")
                    .append("\" max=\"")
                    .append(Field.Amount.plain(amount.most()))
                    .append("\" step=\"")
                    .append(amount.whole() ? "1" : "any")
                    .append("\" placeholder=\"")
                    .append(Markup.escape(field.otherwise()))
                    .append("\" value=\"")
                    .append(Markup.escape(value))
                    .append("\"></span>");
        } else if (field instanceof Field.Name name) {
            html.append("<input type=\"text\" spellcheck=\"false\" autocomplete=\"off\" autocapitalize=\"off\"")
                    .append(named)
                    .append(" list=\"list-")
                    .append(name.name())
                    .append("\" maxlength=\"80\" placeholder=\"")
                    .append(Markup.escape(field.otherwise()))
                    .append("\" value=\"")
                    .append(Markup.escape(value))
                    .append("\"><datalist id=\"list-")
                    .append(name.name())
                    .append("\">");
            name.examples()
                    .forEach(each -> html.append("<option value=\"")
                            .append(Markup.escape(each.id()))
                            .append(
                                    each.group().isEmpty()
                                            ? "\">"
                                            : "\" label=\"" + Markup.escape(each.group()) + "\">"));
            html.append("</datalist>");
        }
        html.append("</div>\n");
    }

    private void choice(Field.Choice choice, String named, String value) {
        html.append("<select").append(named).append('>');
        if (!choice.otherwise().isEmpty()) {
            html.append("<option value=\"\">")
                    .append(Markup.escape(choice.otherwise()))
                    .append("</option>");
        }
        String group = "";
        for (Field.Item each : choice.choices()) {
            if (!each.group().equals(group)) {
                html.append(group.isEmpty() ? "" : "</optgroup>")
                        .append("<optgroup label=\"")
                        .append(Markup.escape(each.group()))
                        .append("\">");
                group = each.group();
            }
            html.append("<option value=\"")
                    .append(Markup.escape(each.id()))
                    .append(each.id().equals(value) ? "\" selected>" : "\">")
                    .append(Markup.escape(each.label()))
                    .append("</option>");
        }
        html.append(group.isEmpty() ? "" : "</optgroup>").append("</select>");
    }

    /** {@return the form, with the button that sends it} */
    String end() {
        return html + "<p class=\"send\"><button type=\"submit\">Show</button></p>\n</form>\n";
    }
}
