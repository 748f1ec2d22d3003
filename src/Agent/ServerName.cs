namespace Orrery.Agent;

/// <summary>Makes a server's id of any text, by the same rule as the cloud.</summary>
internal static class ServerName
{
    const int LengthMax = 64;

    public static string ToId(string text)
    {
        var id = new char[Math.Min(text.Length, LengthMax)];
        int length = 0;
        foreach (char original in text)
        {
            if (length == id.Length)
                break;
            char c = char.ToLowerInvariant(original);
            bool plain = char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c);
            if (plain || (length > 0 && c is '.' or '_' or '-'))
                id[length++] = c;
            else if (length > 0 && id[length - 1] != '-')
                id[length++] = '-';
        }
        string result = new string(id, 0, length).TrimEnd('-');
        return result.Length > 0 ? result : "unnamed";
    }
}
