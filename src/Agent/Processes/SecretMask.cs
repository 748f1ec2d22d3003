using System.Text.RegularExpressions;

namespace Orrery.Agent.Processes;

/// <summary>Hides what looks like a secret in command lines and configuration values. Rather too much than too little.</summary>
internal static partial class SecretMask
{
    public const string Hidden = "***";
    public const int CommandLengthMax = 256;

    /// <summary>The command line with secrets hidden, cut to 256 characters.</summary>
    public static string Command(string command)
    {
        // A program may put megabytes here; what is beyond the cut is never shown.
        string text = command.Length > 4 * CommandLengthMax ? command[..(4 * CommandLengthMax)] : command;
        text = Text(text);
        return text.Length <= CommandLengthMax ? text : text[..(CommandLengthMax - 3)] + "...";
    }

    /// <summary>Any text with secrets hidden; all of it, should the patterns take too long.</summary>
    public static string Text(string text)
    {
        try
        {
            return Patterns(text);
        }
        catch (RegexMatchTimeoutException)
        {
            return Hidden;
        }
    }

    static string Patterns(string text)
    {
        text = UserInfo().Replace(text, "$1" + Hidden + "@");
        text = Bearer().Replace(text, "$1" + Hidden);
        text = NamedValue().Replace(text, "$1" + Hidden);
        text = NamedArgument().Replace(text, "$1" + Hidden);
        text = MysqlPassword().Replace(text, "$1" + Hidden);
        return Token().Replace(text, Hidden);
    }

    /// <summary>Whether a setting of this name holds a secret.</summary>
    public static bool Names(string name) => SecretName().IsMatch(name);

    const string Secret = "(?:pass(?:word|wd|phrase)?|pwd|secret|token|api-?_?key|access-?_?key|private-?_?key|account-?_?key|shared-?_?access|credential|auth)";

    // password=value, Password: value, "secret":"value", --db-password=value, ConnectionString pieces; a quoted value may hold blanks.
    [GeneratedRegex("""(""" + Secret + """[\w.-]{0,64}["']?\s{0,4}[=:]\s{0,4})("[^"]*"|'[^']*'|[^\s;,&"'}]+)""", RegexOptions.IgnoreCase, 200)]
    private static partial Regex NamedValue();

    // --password value, -token value
    [GeneratedRegex("""((?:^|\s)--?[\w-]{0,64}""" + Secret + """[\w-]{0,64}\s{1,4})(?!-)\S+""", RegexOptions.IgnoreCase, 200)]
    private static partial Regex NamedArgument();

    // --key value and --key=value of this agent and of many others
    [GeneratedRegex("""((?:^|\s)--?key(?:\s+|=)|bearer\s+)\S+""", RegexOptions.IgnoreCase, 200)]
    private static partial Regex Bearer();

    // scheme://user:password@host
    [GeneratedRegex("""(\w+://[^\s:/@]*:)[^\s@/]+@""", RegexOptions.None, 200)]
    private static partial Regex UserInfo();

    // Keys of this product, and JSON web tokens.
    [GeneratedRegex("""\bok_[A-Za-z0-9_-]{8,}|\beyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_.-]+""", RegexOptions.None, 200)]
    private static partial Regex Token();

    // mysql -psecret
    [GeneratedRegex("""((?:^|[\s/])(?:mysql|mysqldump|mysqladmin|mariadb|mariadb-dump|mariadb-admin)(?:\s.*?)?\s-p)(?!\s)\S+""", RegexOptions.None, 200)]
    private static partial Regex MysqlPassword();

    [GeneratedRegex(Secret + "|salt|keyfile_data|_key$", RegexOptions.IgnoreCase, 200)]
    private static partial Regex SecretName();
}
