using System.Globalization;
using System.Net;
using System.Text;

namespace Orrery.Jobs.Certificates;

/// <summary>A certificate as a page that stands alone and prints well.</summary>
public static class CertificatePage
{
    const string Style = "body{font:15px/1.5 system-ui,sans-serif;margin:2rem auto;max-width:70rem;padding:0 1rem;color:#1c2430}h1{font-size:1.5rem}table{border-collapse:collapse;width:100%;margin:1rem 0}th,td{text-align:left;padding:.3rem .6rem;border-bottom:1px solid #d8dee6;vertical-align:top}td.n{text-align:right;font-variant-numeric:tabular-nums}code{font:12px ui-monospace,monospace;word-break:break-all}.ok{color:#11703b}.no{color:#b3261e}@media(prefers-color-scheme:dark){body{background:#12161c;color:#dfe5ec}th,td{border-color:#333c48}.ok{color:#5fd08f}.no{color:#ff8a80}}";

    const int TextShown = 400;

    public static string Write(SignedCertificate signed)
    {
        Certificate certificate = signed.Certificate;
        var page = new StringBuilder();
        string verdict = certificate.IsEqual ? "<span class=ok>equal</span>" : "<span class=no>not equal</span>";
        page.Append(CultureInfo.InvariantCulture, $"<!doctype html><html lang=en><meta charset=utf-8><meta name=viewport content=\"width=device-width\"><title>Certificate</title><style>{Style}</style><h1>Certificate: {verdict}</h1>");
        page.Append("<table>");
        Row(page, "From", certificate.From);
        Row(page, "To", certificate.To);
        Row(page, "At", $"{certificate.StartedAt:u} to {certificate.EndedAt:u}");
        Row(page, "Moments", $"{certificate.FromPosition} / {certificate.ToPosition}");
        if (certificate.Job is { } job) Row(page, "Job", job);
        if (certificate.Rejects > 0) Row(page, "Rows put aside", certificate.Rejects.ToString("N0", CultureInfo.InvariantCulture));
        page.Append("</table><table><tr><th>Table<th>Rows here<th>Rows there<th>Digests, here and there<th>");
        foreach (TableCertificate table in certificate.Tables)
        {
            string name = table.From == table.To ? Text(table.From) : $"{Text(table.From)} / {Text(table.To)}";
            page.Append(CultureInfo.InvariantCulture, $"<tr><td>{name}<td class=n>{table.FromRows:N0}<td class=n>{table.ToRows:N0}<td><code>{Text(table.FromDigest)}<br>{Text(table.ToDigest)}</code><td>{(table.IsEqual ? "<span class=ok>equal</span>" : $"<span class=no>{Text(table.Failure ?? Summary(table))}</span>")}");
        }

        page.Append("</table>");
        foreach (string missing in certificate.OnlyInFrom) page.Append(CultureInfo.InvariantCulture, $"<p class=no>Table {Text(missing)} is not in the target.</p>");
        foreach (string surplus in certificate.OnlyInTo) page.Append(CultureInfo.InvariantCulture, $"<p>Table {Text(surplus)} is in the target only.</p>");
        foreach (TableCertificate table in certificate.Tables)
        {
            foreach (string column in table.LeftOut) page.Append(CultureInfo.InvariantCulture, $"<p>Not compared: {Text(table.From)}.{Text(column)}</p>");
            if (table.Differences.Count > 0) Differences(page, table);
        }

        page.Append(CultureInfo.InvariantCulture, $"<p>Counts and digests were computed inside of the databases. Public key <code>{Text(signed.PublicKey)}</code>, signature <code>{Text(signed.Signature)}</code> over the certificate's JSON.</p></html>");
        return page.ToString();
    }

    /// <summary>What differs, in numbers.</summary>
    public static string Summary(TableCertificate table)
    {
        var parts = new List<string>();
        if (table.OnlyInFrom > 0) parts.Add(string.Create(CultureInfo.InvariantCulture, $"{table.OnlyInFrom:N0} only in from"));
        if (table.OnlyInTo > 0) parts.Add(string.Create(CultureInfo.InvariantCulture, $"{table.OnlyInTo:N0} only in to"));
        if (table.Differing > 0) parts.Add(string.Create(CultureInfo.InvariantCulture, $"{table.Differing:N0} differ"));
        return parts.Count == 0 ? "digests differ" : string.Join(", ", parts);
    }

    static void Differences(StringBuilder page, TableCertificate table)
    {
        page.Append(CultureInfo.InvariantCulture, $"<h2>{Text(table.From)}: {Text(Summary(table))}</h2><table><tr><th>Row<th><th>What differs");
        foreach (RowDifference row in table.Differences)
            page.Append(CultureInfo.InvariantCulture, $"<tr><td>{Text(row.Key)}<td>{Text(row.Kind)}<td>{string.Join("<br>", row.Columns.Select(Difference))}");
        page.Append("</table>");
    }

    static string Difference(ValueDifference value)
    {
        (string from, string to) = value.Shown(TextShown);
        return $"{Text(value.Column)}: <code>{Text(from)}</code> / <code>{Text(to)}</code>";
    }

    static void Row(StringBuilder page, string name, string value) => page.Append(CultureInfo.InvariantCulture, $"<tr><th>{name}<td>{Text(value)}");

    static string Text(string text) => WebUtility.HtmlEncode(text);
}
