namespace Orrery.Jobs.Integration.Cloud;

/// <summary>Where a K/3 Cloud is: <c>k3cloud:https://USER:PASSWORD@HOST/K3Cloud?account=DATA-CENTER-ID</c>, with <c>&amp;language=2052</c> where it is not Chinese.</summary>
public sealed record CloudAddress(Uri Base, string Account, string User, string Password, int Language)
{
    const string Prefix = "k3cloud:";

    /// <summary>For help and errors.</summary>
    public const string Form = "k3cloud:https://USER:PASSWORD@HOST/K3Cloud?account=DATA-CENTER-ID";

    public static bool IsOne(string text) => text.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase);

    /// <exception cref="FormatException">It cannot be read; the message does not repeat it.</exception>
    public static CloudAddress Parse(string text)
    {
        if (!IsOne(text) || !Uri.TryCreate(text[Prefix.Length..], UriKind.Absolute, out Uri? uri) || uri.Scheme is not ("http" or "https")) throw new FormatException($"A K/3 Cloud is written as {Form}.");
        Dictionary<string, string> query = uri.Query.TrimStart('?').Split('&', StringSplitOptions.RemoveEmptyEntries).Select(pair => pair.Split('=', 2)).ToDictionary(pair => pair[0], pair => pair.Length > 1 ? Uri.UnescapeDataString(pair[1]) : "", StringComparer.OrdinalIgnoreCase);
        string[] user = uri.UserInfo.Split(':', 2);
        if (user is not [{ Length: > 0 }, { Length: > 0 }]) throw new FormatException($"The address names no user and password: it is written as {Form}. What is special in a password stands as %40 and so on.");
        if (!query.TryGetValue("account", out string? account) || account.Length == 0) throw new FormatException($"The address names no account set (its data centre's id): it is written as {Form}.");
        if (!int.TryParse(query.GetValueOrDefault("language", "2052"), System.Globalization.CultureInfo.InvariantCulture, out int language)) throw new FormatException("The language is a number, such as 2052 for Chinese.");
        var at = new UriBuilder(uri.Scheme, uri.Host, uri.Port, uri.AbsolutePath.TrimEnd('/') + "/");
        return new CloudAddress(at.Uri, account, Uri.UnescapeDataString(user[0]), Uri.UnescapeDataString(user[1]), language);
    }

    /// <summary>Without the password.</summary>
    public override string ToString() => $"{Prefix}{Base}?account={Account}";
}
