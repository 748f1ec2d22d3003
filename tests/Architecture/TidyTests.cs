using System.Text.RegularExpressions;

namespace Orrery.Architecture.Tests;

/// <summary>Habits that a machine can check. Each test names the offending file and line, and why it matters.</summary>
public sealed partial class TidyTests
{
    static readonly string[] TextEndings = [".cs", ".ts", ".vue", ".md", ".json", ".props", ".targets", ".csproj", ".yml", ".sh", ".sql", ".css", ".html", ".cmd"];

    [Fact]
    public void Text_files_have_no_trailing_white_space_and_end_with_one_line_feed() => Check(
        TextFiles().Where(file => !file.EndsWith(".cmd", StringComparison.Ordinal) && !IsGenerated(file)),
        (file, text) => text.Length > 0 && !text.EndsWith('\n') ? [$"{file}: no line feed at the end"] : [],
        (_, line) => line.Length > 0 && char.IsWhiteSpace(line[^1]) ? "white space at the end of the line" : null);

    [Fact]
    public void Nothing_is_left_to_do_in_so_many_words() => CheckLines(
        Sources(), line => LeftToDo().IsMatch(line) ? "finish it, or leave it out and say so in the docs" : null);

    [Fact]
    public void Logic_reads_time_from_a_TimeProvider() => CheckLines(
        Sources("src/").Where(file => file.EndsWith(".cs", StringComparison.Ordinal) && !IsClock(file)),
        line => WallClock().IsMatch(line) && !line.TrimStart().StartsWith("//", StringComparison.Ordinal) ? "take a TimeProvider, so that tests own the clock" : null);

    [Fact]
    public void Tests_wait_for_events_and_not_for_time() => CheckLines(
        Sources("tests/").Where(file => !IsClock(file)), line => Sleeping().IsMatch(line) ? "wait for the event itself" : null);

    [Fact]
    public void Nothing_names_a_path_of_one_machine_or_the_host_of_a_registry() => CheckLines(
        TextFiles().Where(file => !IsTidyItself(file)), line => ForeignPath().IsMatch(line) ? "it is true on one machine only" : null);

    [Fact]
    public void Folders_are_nouns_of_the_business_or_the_runtime() =>
        Repository.Files
            .SelectMany(file => Path.GetDirectoryName(file)!.Split('/'))
            .Distinct()
            .Where(folder => folder is "Utils" or "Helpers" or "Services" or "Models" or "Common" or "Misc" or "Managers")
            .ShouldBeEmpty("name the folder after what is in it");

    [Fact]
    public void Source_files_stay_under_six_hundred_lines() => Check(
        Sources().Where(file => !IsGenerated(file)),
        (file, text) => text.AsSpan().Count('\n') is > 600 and var lines ? [$"{file}: {lines} lines; look for the second noun in it"] : [],
        (_, _) => null);

    [Fact]
    public void Links_between_documents_lead_somewhere() => Check(
        TextFiles().Where(file => file.EndsWith(".md", StringComparison.Ordinal)),
        (file, text) => Link().Matches(text)
            .Select(match => match.Groups[1].Value.Split('#')[0])
            .Where(target => target.Length > 0 && !target.Contains("://", StringComparison.Ordinal) && !target.StartsWith("mailto:", StringComparison.Ordinal))
            .Where(target => !Path.Exists(Path.Combine(Repository.Root, Path.GetDirectoryName(file)!, target)))
            .Select(target => $"{file}: the link to '{target}' leads nowhere"),
        (_, _) => null);

    [Fact]
    public void Namespaces_are_file_scoped() => CheckLines(
        Sources().Where(file => file.EndsWith(".cs", StringComparison.Ordinal)),
        line => line.StartsWith("namespace ", StringComparison.Ordinal) && !line.TrimEnd().EndsWith(';') ? "end it with a semicolon instead of a block" : null);

    static IEnumerable<string> TextFiles() => Repository.Files.Where(file => TextEndings.Contains(Path.GetExtension(file)) || file is "orrery" or ".ci/run");

    static IEnumerable<string> Sources(string under = "") => Repository.Files.Where(file =>
        file.StartsWith(under, StringComparison.Ordinal) && Path.GetExtension(file) is ".cs" or ".ts" or ".vue" && file.StartsWith(under, StringComparison.Ordinal) && !IsTidyItself(file));

    static bool IsTidyItself(string file) => file.EndsWith("Architecture/TidyTests.cs", StringComparison.Ordinal);

    /// <summary>A clock is where time comes from.</summary>
    static bool IsClock(string file) => file.EndsWith("Clock.cs", StringComparison.Ordinal);

    static bool IsGenerated(string file) => file.EndsWith("package-lock.json", StringComparison.Ordinal) || file.Contains("openapi", StringComparison.Ordinal);

    static void CheckLines(IEnumerable<string> files, Func<string, string?> judge) => Check(files, (_, _) => [], (_, line) => judge(line));

    static void Check(IEnumerable<string> files, Func<string, string, IEnumerable<string>> judgeFile, Func<string, string, string?> judgeLine)
    {
        var offenders = new List<string>();
        foreach (string file in files)
        {
            string text = Repository.Read(file);
            offenders.AddRange(judgeFile(file, text));
            int number = 0;
            foreach (string line in text.Split('\n'))
            {
                number++;
                if (judgeLine(file, line.TrimEnd('\r')) is { } reason)
                    offenders.Add($"{file}:{number}: {reason}: {line.Trim()[..Math.Min(100, line.Trim().Length)]}");
            }
        }

        offenders.ShouldBeEmpty();
    }

    [GeneratedRegex(@"\b(TODO|FIXME|HACK|XXX)\b|NotImplementedException")]
    private static partial Regex LeftToDo();

    [GeneratedRegex(@"\bDateTime(Offset)?\.(Utc)?Now\b")]
    private static partial Regex WallClock();

    // Waiting for ever (until something else ends the wait), and one millisecond (to come back on another thread), are not waiting for time.
    [GeneratedRegex(@"Thread\.Sleep\(|Task\.Delay\((?!1\)|Timeout\.Infinite)|waitForTimeout\(")]
    private static partial Regex Sleeping();

    [GeneratedRegex(@"(^|[^a-zA-Z.\w])/(work|farm|root)/|://[a-z0-9.-]*(nuget|npmjs|debian)[.]")]
    private static partial Regex ForeignPath();

    [GeneratedRegex(@"\]\(([^)\s]+)\)")]
    private static partial Regex Link();
}
