using System.Text.Json;

namespace Orrery.Jobs.Archives;

/// <summary>Documents that are archived in one go: whole groups that hang together.</summary>
/// <param name="Number">Counts up within the archive.</param>
/// <param name="Groups">Of each group its documents: number of the kind, and the document.</param>
sealed record ArchiveChunk(long Number, IReadOnlyList<IReadOnlyList<(int Kind, Document Document)>> Groups)
{
    public int DocumentCount => Groups.Sum(static group => group.Count);

    /// <summary>The documents of each kind in the order of their places.</summary>
    public IEnumerable<(int Kind, IReadOnlyList<Document> Documents)> ByKind() => Of(Groups);

    public static IEnumerable<(int Kind, IReadOnlyList<Document> Documents)> Of(IEnumerable<IReadOnlyList<(int Kind, Document Document)>> groups) => groups
        .SelectMany(static group => group)
        .GroupBy(static each => each.Kind, static each => each.Document)
        .OrderBy(static kind => kind.Key)
        .Select(static kind => (kind.Key, (IReadOnlyList<Document>)[.. kind.OrderBy(static document => document.Place)]));

    /// <summary>The groups as the archive keeps them: kinds by their names, for rules may be put in another order later.</summary>
    public string Text(IReadOnlyList<DocumentKind> kinds) => TextOf(Groups, kinds);

    public static string TextOf(IEnumerable<IReadOnlyList<(int Kind, Document Document)>> groups, IReadOnlyList<DocumentKind> kinds) =>
        JsonSerializer.Serialize(groups.Select(group => group.GroupBy(each => each.Kind).ToDictionary(kind => kinds[kind.Key].Rule.Name, kind => kind.Select(static each => each.Document.Key))));

    /// <summary>Reads what <see cref="Text"/> wrote.</summary>
    /// <exception cref="ArchiveException">The rules lack a kind of documents that the archive has.</exception>
    public static ArchiveChunk Read(long number, string text, IReadOnlyList<DocumentKind> kinds)
    {
        var groups = JsonSerializer.Deserialize<List<Dictionary<string, List<string>>>>(text)!;
        return new ArchiveChunk(number, [.. groups.Select(group => (IReadOnlyList<(int, Document)>)
            [.. group.SelectMany(kind => kind.Value.Select((key, index) => (NumberOf(kind.Key), new Document(key, 2 * index))))])]);

        int NumberOf(string name) => kinds.FirstOrDefault(kind => kind.Rule.Name == name)?.Number
            ?? throw new ArchiveException($"The archive has documents of the kind '{name}', which the rules lack: run with the rules that it was made with.");
    }
}
