using Orrery.Grains.Input;
using Orrery.Interfaces;
using Orrery.Interfaces.Errors;
using Orrery.Interfaces.Licences;

namespace Orrery.Grains.Licences;

/// <summary>Terms as they are kept, or refused with the field and the bound.</summary>
static class LicenceTermsCheck
{
    const int ModulesMax = 200, SitesMax = 200, VersionsLengthMax = 50, GraceDaysMax = 365, UsersMax = 10_000_000;

    public static LicenceTerms Take(LicenceTerms terms)
    {
        EntityKeys.CheckPart("product", terms.Product);
        string? versions = InputChecks.Text("versions", terms.Versions, VersionsLengthMax)?.Trim();
        if (versions?.Any(char.IsControl) == true)
            throw new InvalidInputException("versions", "The versions hold control characters; leave them out.");
        DateTimeOffset from = WholeSeconds(terms.ValidFrom);
        DateTimeOffset? expires = terms.Expires is { } end ? WholeSeconds(end) : null;
        if (expires <= from)
            throw new InvalidInputException("expires", $"It expires at {expires:u}, not after it begins at {from:u}. Leave it out for a licence without an end.");
        if (terms.GraceDays is < 0 or > GraceDaysMax)
            throw new InvalidInputException("graceDays", $"graceDays is {terms.GraceDays}; it can be 0 to {GraceDaysMax}.");
        CheckUsers("users", terms.Users);
        if (terms.Modules is not { Count: >= 1 and <= ModulesMax } modules)
            throw new InvalidInputException("modules", $"{terms.Modules?.Count ?? 0} modules; name 1 to {ModulesMax} that may be used.");
        for (int at = 0; at < modules.Count; at++)
        {
            EntityKeys.CheckPart($"modules[{at}].name", modules[at].Name);
            CheckUsers($"modules[{at}].users", modules[at].Users);
        }

        if (modules.GroupBy(static module => module.Name, StringComparer.Ordinal).FirstOrDefault(static same => same.Count() > 1) is { } twice)
            throw new InvalidInputException("modules", $"The module '{twice.Key}' is named twice.");
        IReadOnlyList<string> sites = terms.Sites ?? [];
        if (sites.Count > SitesMax)
            throw new InvalidInputException("sites", $"{sites.Count} sites; name at most {SitesMax}, or none for all.");
        for (int at = 0; at < sites.Count; at++)
            EntityKeys.CheckPart($"sites[{at}]", sites[at]);
        return terms with { Versions = versions, ValidFrom = from, Expires = expires, Sites = [.. sites.Distinct(StringComparer.Ordinal)], Note = InputChecks.Text("note", terms.Note, InputChecks.NoteLengthMax) };
    }

    public static LicenceUse Take(LicenceUse use)
    {
        if (use.Users is < 0 or > UsersMax)
            throw new InvalidInputException("users", $"users is {use.Users}; it can be 0 to {UsersMax:N0}.");
        if (use.Modules.Count > ModulesMax)
            throw new InvalidInputException("modules", $"{use.Modules.Count} modules; at most {ModulesMax} are counted.");
        foreach ((string module, int users) in use.Modules)
        {
            EntityKeys.CheckPart("modules", module);
            if (users is < 0 or > UsersMax)
                throw new InvalidInputException("modules", $"The module '{module}' has {users} users; 0 to {UsersMax:N0} can be.");
        }

        return use;
    }

    static void CheckUsers(string field, int? users)
    {
        if (users is < 1 or > UsersMax)
            throw new InvalidInputException(field, $"{users} users; grant 1 to {UsersMax:N0}, or leave the number out for any.");
    }

    /// <summary>The text of a licence has seconds.</summary>
    static DateTimeOffset WholeSeconds(DateTimeOffset at) => DateTimeOffset.FromUnixTimeSeconds(at.ToUnixTimeSeconds());
}
