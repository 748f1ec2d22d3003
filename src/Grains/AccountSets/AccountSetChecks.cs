using Orrery.Grains.Input;
using Orrery.Interfaces;
using Orrery.Interfaces.AccountSets;
using Orrery.Interfaces.Errors;

namespace Orrery.Grains.AccountSets;

/// <summary>Facts as they are kept, or refused with the field and the bound.</summary>
static class AccountSetChecks
{
    const int DatabasesMax = 20, TextLengthMax = 200, UsersMax = 10_000_000;

    static readonly string[] Kinds = ["mariadb", "mysql", "oracle", "postgresql", "sqlite", "sqlserver"];

    public static AccountSetFacts Take(string path, AccountSetFacts facts)
    {
        IReadOnlyList<AccountSetDatabase> databases = facts.Databases ?? [];
        if (facts.Product is not null)
            EntityKeys.CheckPart(path + "product", facts.Product);
        if (facts.Version is not null)
            EntityKeys.CheckPart(path + "version", facts.Version);
        if (facts.Version is not null && facts.Product is null)
            throw new InvalidInputException(path + "version", $"A version '{facts.Version}' of no product: name the product, too.");
        if (facts.Users is < 0 or > UsersMax)
            throw new InvalidInputException(path + "users", $"users is {facts.Users}; it can be 0 to {UsersMax:N0}.");
        if (databases.Count > DatabasesMax)
            throw new InvalidInputException(path + "databases", $"{databases.Count} databases; an account set has at most {DatabasesMax}.");
        return facts with
        {
            Name = InputChecks.Name(path + "name", facts.Name),
            Databases = [.. databases.Select((each, at) => Take($"{path}databases[{at}].", each))],
        };
    }

    static AccountSetDatabase Take(string path, AccountSetDatabase database)
    {
        if (!Kinds.Contains(database.Kind))
            throw new InvalidInputException(path + "kind", $"'{Cut(database.Kind)}' is no kind of database; known are {string.Join(", ", Kinds)}.");
        if (database.SizeBytes < 0)
            throw new InvalidInputException(path + "sizeBytes", $"sizeBytes is {database.SizeBytes}; leave it out where it is not known.");
        return database with { Server = Text(path + "server", database.Server), Name = Text(path + "name", database.Name) };
    }

    static string Text(string field, string? value) => value?.Trim() is { Length: >= 1 and <= TextLengthMax } text && !text.Any(char.IsControl)
        ? text
        : throw new InvalidInputException(field, $"Give it 1 to {TextLengthMax} characters without control characters.");

    static string Cut(string? text) => text is null ? "" : text.Length <= 40 ? text : text[..40];
}
