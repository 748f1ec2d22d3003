using System.Text.Json;
using System.Text.Json.Serialization;

namespace Orrery.Jobs.Archives;

/// <summary>
/// What an account set's documents are: which tables make one up, when it is closed, which documents follow from which, and which balances its movements are part of.
/// A JSON file; SQL in it is the source database's own. Tables that point to a document's tables by foreign keys and are named nowhere are parts of it, too.
/// </summary>
public sealed record ArchiveRules
{
    public const int DocumentsMax = 200, PartsMax = 100;

    static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        ReadCommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true, UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    };

    /// <summary>The kinds of documents, 1 to <see cref="DocumentsMax"/>.</summary>
    public required IReadOnlyList<DocumentRule> Documents { get; init; }

    /// <summary>Balances that are carried forward.</summary>
    public IReadOnlyList<BalanceRule> Balances { get; init; } = [];

    /// <summary>What must hold before and after: each a query that answers rows only where it is broken.</summary>
    public IReadOnlyList<CheckRule> Checks { get; init; } = [];

    /// <exception cref="ArchiveException">The text is no rules; it says where and why.</exception>
    public static ArchiveRules Parse(string json)
    {
        ArchiveRules rules;
        try
        {
            rules = JsonSerializer.Deserialize<ArchiveRules>(json, Json) ?? throw new ArchiveException("The rules are empty: they name at least one kind of documents.");
        }
        catch (JsonException error)
        {
            throw new ArchiveException($"The rules cannot be read at line {error.LineNumber + 1}, byte {error.BytePositionInLine + 1} ({error.Path}): {error.Message.Split(" Path:")[0]}");
        }

        rules.Validate();
        return rules;
    }

    void Validate()
    {
        if (Documents.Count is 0 or > DocumentsMax) throw new ArchiveException($"The rules have {Documents.Count} kinds of documents; 1 to {DocumentsMax} can be.");
        var names = new HashSet<string>(StringComparer.Ordinal);
        var tables = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (DocumentRule rule in Documents)
        {
            if (rule.Name.Length == 0 || !names.Add(rule.Name)) throw new ArchiveException($"Two kinds of documents are called '{rule.Name}', or one has no name.");
            if (rule.Parts.Count > PartsMax) throw new ArchiveException($"The document '{rule.Name}' has {rule.Parts.Count} parts; at most {PartsMax} can be.");
            foreach (string table in rule.Parts.Select(part => part.Table).Prepend(rule.Table))
                if (!tables.TryAdd(table, rule.Name))
                    throw new ArchiveException($"The table {table} belongs to '{tables[table]}' and to '{rule.Name}': a row must go with one document.");
            var known = new HashSet<string>(StringComparer.OrdinalIgnoreCase) { rule.Table };
            foreach (PartRule part in rule.Parts)
            {
                if (part.Of is { } of && !known.Contains(of)) throw new ArchiveException($"The part {part.Table} of '{rule.Name}' belongs to {of}, which is no table of that document before it.");
                known.Add(part.Table);
            }
        }

        foreach (DocumentRule rule in Documents)
            foreach (LinkRule link in rule.Links)
            {
                if (!names.Contains(link.Document)) throw new ArchiveException($"A link of '{rule.Name}' leads to '{link.Document}'; there are {string.Join(", ", names.Order(StringComparer.Ordinal))}.");
                if (!tables.TryGetValue(link.Table, out string? owner) || owner != rule.Name) throw new ArchiveException($"A link of '{rule.Name}' stands in {link.Table}, which is no table of that document.");
            }

        foreach (BalanceRule balance in Balances)
        {
            if (balance.By.Count == 0 || balance.Amounts.Count == 0) throw new ArchiveException($"The balance '{balance.Name}' needs columns that it is kept by, and amounts.");
            foreach ((string document, string query) in balance.Movements)
            {
                if (!names.Contains(document)) throw new ArchiveException($"The balance '{balance.Name}' is moved by '{document}'; there are {string.Join(", ", names.Order(StringComparer.Ordinal))}.");
                if (!query.Contains("{documents:", StringComparison.Ordinal)) throw new ArchiveException($"The movements of '{document}' in the balance '{balance.Name}' do not say where the documents stand: write {{documents:COLUMN}} into WHERE, with the column that has the document's key.");
            }
        }
    }
}

/// <summary>A kind of documents.</summary>
/// <param name="Name">For people and links.</param>
/// <param name="Table">The table of its heads; its primary key is one column, a number, a text or a uuid.</param>
/// <param name="Date">The column that says to which period it belongs.</param>
/// <param name="Closed">A condition over the heads, in the source's SQL: such a document may go.</param>
public sealed record DocumentRule(string Name, string Table, string Date, string Closed)
{
    /// <summary>The other tables, those nearer to the head first.</summary>
    public IReadOnlyList<PartRule> Parts { get; init; } = [];

    /// <summary>Which documents this one follows from.</summary>
    public IReadOnlyList<LinkRule> Links { get; init; } = [];
}

/// <summary>A table whose rows go with a document.</summary>
/// <param name="Table">Its name.</param>
/// <param name="Column">The column that has the key of what it belongs to.</param>
/// <param name="Of">The table that it belongs to; null: the head's.</param>
/// <param name="Key">That table's column; null: its primary key.</param>
public sealed record PartRule(string Table, string Column, string? Of = null, string? Key = null);

/// <summary>What leads from a document to one before it.</summary>
/// <param name="Table">A table of this document.</param>
/// <param name="Column">The column that has the key of the other's head.</param>
/// <param name="Document">The other kind.</param>
/// <param name="When">A condition over the table's rows; null: all.</param>
public sealed record LinkRule(string Table, string Column, string Document, string? When = null);

/// <summary>Sums that documents move. What goes is added to an opening balance in the same transaction, so that opening + movements = closing holds at every moment.</summary>
/// <param name="Name">For people.</param>
/// <param name="By">Columns of the movements that a balance is kept by, such as account, warehouse, lot.</param>
/// <param name="Amounts">Columns of the movements that are summed.</param>
/// <param name="Movements">By kind of documents: a query with these columns, with <c>{documents:COLUMN}</c> where the condition over documents belongs.</param>
public sealed record BalanceRule(string Name, IReadOnlyList<string> By, IReadOnlyList<string> Amounts, IReadOnlyDictionary<string, string> Movements);

/// <summary>A query that answers the rows for which something does not hold.</summary>
public sealed record CheckRule(string Name, string Query);
