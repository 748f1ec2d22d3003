using System.Globalization;
using System.Security.Cryptography;
using Orrery.Jobs.Certificates;

namespace Orrery.Cli.Migrate;

/// <summary>Prints a certificate and writes it signed, as JSON and as a page beside it.</summary>
static class CertificateFiles
{
    public const string KeyDescription = "The private key that signs the certificate: an elliptic curve's in a PEM file, made where there is none. Default: certificate-key.pem in the user's data folder of orrery.";

    const int RowsShown = 10, TextShown = 60;

    /// <summary>Whether it is equal.</summary>
    public static bool Tell(Certificate certificate, string? path, string? keyPath)
    {
        foreach (TableCertificate table in certificate.Tables)
        {
            string name = table.From == table.To ? table.From : $"{table.From} / {table.To}";
            string rows = string.Create(CultureInfo.InvariantCulture, $"{table.FromRows:N0}{(table.ToRows == table.FromRows ? "" : $" / {table.ToRows:N0}")} rows");
            Console.WriteLine(table.IsEqual ? $"equal    {name,-44} {rows}" : $"DIFFERS  {name,-44} {rows}: {table.Failure ?? CertificatePage.Summary(table)}");
            foreach (string left in table.LeftOut) Console.WriteLine($"           not compared: {left}");
            // What one side lacks says more than what differs.
            foreach (RowDifference row in table.Differences.OrderBy(row => row.Kind == "differs").Take(RowsShown))
                Console.WriteLine($"           {row.Kind}: {row.Key}{string.Concat(row.Columns.Take(4).Select(Difference))}");
            if (table.Differences.Count > RowsShown) Console.WriteLine($"           and {(table.OnlyInFrom + table.OnlyInTo + table.Differing - RowsShown).ToString("N0", CultureInfo.InvariantCulture)} more");
        }

        foreach (string missing in certificate.OnlyInFrom) Console.WriteLine($"MISSING  {missing}: the target has no such table");
        foreach (string surplus in certificate.OnlyInTo) Console.WriteLine($"only in the target: {surplus}");
        Console.WriteLine(certificate.IsEqual ? "Equal." : certificate.Tables.Count + certificate.OnlyInFrom.Count == 0 ? $"Nothing was compared: {certificate.From} has no tables." : "Not equal.");
        if (path is null or "-") return certificate.IsEqual;
        using ECDsa key = SignedCertificate.ReadOrMakeKey(keyPath ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.DoNotVerify), "orrery", "certificate-key.pem"));
        SignedCertificate signed = SignedCertificate.Sign(certificate, key);
        File.WriteAllText(path, signed.ToJson());
        string page = Path.ChangeExtension(path, ".html");
        File.WriteAllText(page, CertificatePage.Write(signed));
        Console.WriteLine($"Certificate: {path}, {page}");
        return certificate.IsEqual;
    }

    static string Difference(ValueDifference value)
    {
        (string from, string to) = value.Shown(TextShown);
        return $"  {value.Column}: {from} / {to}";
    }
}
