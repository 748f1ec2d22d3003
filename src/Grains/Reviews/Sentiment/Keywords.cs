namespace Orrery.Grains.Reviews.Sentiment;

/// <summary>
/// Keywords of a text: what is left between words that carry no meaning. English words are taken as they are, Chinese runs are cut at characters of grammar; pieces that the text repeats, and words that praise or blame, come first.
/// </summary>
static class Keywords
{
    const int KeywordsMax = 8, HanMax = 4;

    const string HanBreaks = "的了着过是在有和与或也都就还又很太非常真最更比较我你他她它们咱这那哪此其之而且但并把被给让对从到向于以为因所如果虽然可会能要想去来说看个些点次种位家里上下中前后时每各几多少不没无别请吗呢吧啊呀哦嗯哈啦嘛么什怎样等做用用后得地一二三四五六七八九十两";

    static readonly HashSet<string> Stops = [.. """
        a an the and or but if of to in on at by for from with without as is are was were be been being am do does did done have has had having it its this that these those i im you your we our us they their them he she his her my me
        not no nor so too very really just only also than then there here what which who whom when where why how all any some each every more most much many few other such can could will would shall should may might must about into over after before
        up down out off again once because while during between both own same s t don now get got one two still even yet always never dont doesnt isnt cant
        """.Split([' ', '\n', '\r'], StringSplitOptions.RemoveEmptyEntries)];

    public static IReadOnlyList<string> Of(string text, LexiconFinding finding)
    {
        var weights = new Dictionary<string, double>(StringComparer.Ordinal);
        foreach (string piece in Pieces(text))
            weights[piece] = weights.GetValueOrDefault(piece) + 1;
        foreach ((string word, double weight) in finding.Words)
            if (word.Length > 1)
                weights[word] = weights.GetValueOrDefault(word) + Math.Abs(weight);
        return [.. weights.OrderByDescending(static pair => pair.Value).ThenBy(static pair => pair.Key, StringComparer.Ordinal).Take(KeywordsMax).Select(static pair => pair.Key)];
    }

    static IEnumerable<string> Pieces(string text)
    {
        foreach ((string run, bool isHan) in TextRuns.Of(text))
        {
            if (!isHan && run.Length > 2 && run.Length <= 30 && !run.All(char.IsDigit) && !Stops.Contains(run))
                yield return run;
            else if (isHan)
                foreach (string piece in run.Split(HanBreaks.ToCharArray()))
                    if (piece.Length is >= 2 and <= HanMax)
                        yield return piece;
        }
    }
}
