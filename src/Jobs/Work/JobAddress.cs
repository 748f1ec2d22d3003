using Orrery.Jobs.Plans;

namespace Orrery.Jobs.Work;

/// <summary>Addresses of databases in definitions.</summary>
public static class JobAddress
{
    /// <summary>The address without its password; what cannot be read is not shown at all.</summary>
    public static string Show(string text)
    {
        try
        {
            return DatabaseAddress.Parse(text).ToString();
        }
        catch (FormatException)
        {
            return "";
        }
    }

    /// <summary>Adds what is wrong with a field.</summary>
    public static void Check(string field, string? text, List<string> errors)
    {
        if (string.IsNullOrWhiteSpace(text))
        {
            errors.Add($"{field} is missing: name a database, {DatabaseAddress.Forms}");
            return;
        }

        try
        {
            DatabaseAddress.Parse(text);
        }
        catch (FormatException wrong)
        {
            errors.Add($"{field}: {wrong.Message.TrimEnd('.')}");
        }
    }
}
