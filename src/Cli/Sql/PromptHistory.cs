using System.Text.Json;

namespace Orrery.Cli.Sql;

/// <summary>What was written at the prompt, oldest first, kept in a file of the person; without a file it lasts as long as the prompt.</summary>
sealed class PromptHistory
{
    const int ItemsMax = 500;
    const int CharactersMax = 20_000;

    readonly string? file;
    readonly List<string> items = [];

    PromptHistory(string? file) => this.file = file;

    public IReadOnlyList<string> Items => items;

    public static PromptHistory Open()
    {
        string folder = Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData);
        return Open(folder.Length == 0 ? null : Path.Combine(folder, "orrery", "sql-history"));
    }

    /// <param name="file">A JSON text a line; made where it is not there.</param>
    public static PromptHistory Open(string? file)
    {
        var history = new PromptHistory(file);
        try
        {
            if (file is not null && File.Exists(file))
                history.items.AddRange(File.ReadLines(file).TakeLast(ItemsMax).Select(static line => JsonSerializer.Deserialize<string>(line)!));
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException or JsonException)
        {
            // The prompt works without.
        }

        return history;
    }

    public void Add(string text)
    {
        if (text.Length is 0 or > CharactersMax || (items.Count > 0 && items[^1] == text))
            return;
        items.Add(text);
        if (items.Count > ItemsMax)
            items.RemoveAt(0);
        try
        {
            if (file is null)
                return;
            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            File.WriteAllLines(file, items.Select(static item => JsonSerializer.Serialize(item)));
        }
        catch (Exception unwritable) when (unwritable is IOException or UnauthorizedAccessException)
        {
            // The prompt works without.
        }
    }
}
