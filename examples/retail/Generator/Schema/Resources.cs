namespace Orrery.Retail.Schema;

/// <summary>The statements that travel with the library.</summary>
static class Resources
{
    /// <summary>Names under a folder, in their order.</summary>
    public static IEnumerable<string> Names(string folder) =>
        typeof(Resources).Assembly.GetManifestResourceNames().Where(name => name.StartsWith(folder, StringComparison.Ordinal)).Order(StringComparer.Ordinal);

    public static string Read(string name)
    {
        using Stream stream = typeof(Resources).Assembly.GetManifestResourceStream(name) ?? throw new ArgumentException($"The library carries no '{name}'.");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
