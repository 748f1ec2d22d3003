using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Orrery.Cli.Management;

namespace Orrery.Cli.Reviews;

/// <summary><c>orrery reviews</c>: forms, reviews and the training of a sentiment model, by the web API.</summary>
static class ReviewsCommand
{
    const int PageSize = 500, StarsPraise = 4, StarsBlame = 2;

    public static Command Create()
    {
        var signIn = new SignInOptions("--url", "--server");
        var command = new Command("reviews", "Makes and opens forms, lists and answers reviews, counts their results, trains how their texts are judged.")
        {
            Forms(signIn), Put(signIn), State(signIn), Invite(signIn), List(signIn), Reply(signIn), Moderate(signIn), Results(signIn), Train(signIn), Judge(signIn),
        };
        signIn.AddTo(command);
        return command;
    }

    static Command Forms(SignInOptions signIn)
    {
        Argument<string> tenant = TenantArgument();
        return Made(new Command("forms", "A line for each form: its id, state, reviews, link and title.") { tenant }, signIn, async (parsed, api, output, cancellationToken) =>
        {
            foreach (JsonElement form in (await api.SendAsync(HttpMethod.Get, $"tenants/{Escaped(parsed, tenant)}/review-forms", null, cancellationToken)).EnumerateArray())
                await output.WriteLineAsync($"{Text(form, "id"),-24} {Text(form, "state"),-7} {form.GetProperty("reviews").GetInt32(),6} {(Text(form, "link") is { Length: > 0 } link ? "/r/" + link : ""),-48} {form.GetProperty("draft").GetProperty("title").GetProperty("en").GetString()}");
        });
    }

    static Command Put(SignInOptions signIn)
    {
        Argument<string> form = FormArgument();
        var file = new Argument<FileInfo>("file") { Description = """A JSON file: {"title":{"zh":"收银台","en":"The till"},"questions":[{"id":"nps","kind":"nps","title":{"zh":"您会推荐吗？","en":"Would you recommend it?"},"required":true}],"origins":["https://erp.example.com"]}.""" };
        return Made(new Command("put", "Makes a form from a file, or changes it.") { form, file }, signIn, async (parsed, api, output, cancellationToken) =>
        {
            using JsonDocument draft = JsonDocument.Parse(await File.ReadAllTextAsync(parsed.GetValue(file)!.FullName, cancellationToken));
            JsonElement put = await api.SendAsync(HttpMethod.Put, PathOf(parsed.GetValue(form)!), draft.RootElement, cancellationToken);
            await output.WriteLineAsync($"{parsed.GetValue(form)}: {Text(put, "state")}, version {put.GetProperty("version").GetInt64()}");
        });
    }

    static Command State(SignInOptions signIn)
    {
        Argument<string> form = FormArgument();
        var state = new Argument<string>("state") { Description = "open or closed." };
        return Made(new Command("state", "Opens a draft, or closes an open form; there is no way back.") { form, state }, signIn, async (parsed, api, output, cancellationToken) =>
        {
            JsonElement put = await api.SendAsync(HttpMethod.Post, PathOf(parsed.GetValue(form)!) + "/state", new { state = parsed.GetValue(state) }, cancellationToken);
            await output.WriteLineAsync($"{parsed.GetValue(form)}: {Text(put, "state")}{(Text(put, "state") == "open" ? ", /r/" + Text(put, "link") : "")}");
        });
    }

    static Command Invite(SignInOptions signIn)
    {
        Argument<string> form = FormArgument();
        var subjects = new Argument<string[]>("subjects") { Description = "Who is invited, as the tenant knows them.", Arity = ArgumentArity.OneOrMore };
        return Made(new Command("invite", "A link for each of some people, which says who they are.") { form, subjects }, signIn, async (parsed, api, output, cancellationToken) =>
        {
            foreach (JsonElement one in (await api.SendAsync(HttpMethod.Post, PathOf(parsed.GetValue(form)!) + "/invitations", new { subjects = parsed.GetValue(subjects) }, cancellationToken)).EnumerateArray())
                await output.WriteLineAsync($"{Text(one, "subject"),-24} /r/{Text(one, "link")}#s={Uri.EscapeDataString(Text(one, "subject"))}&p={Text(one, "proof")}");
        });
    }

    static Command List(SignInOptions signIn)
    {
        Argument<string> tenant = TenantArgument();
        var search = new Option<string?>("--search") { Description = "Words, in Chinese any two characters that stand together." };
        var sentiment = new Option<string?>("--sentiment") { Description = "positive, neutral or negative." };
        var overdue = new Option<bool>("--overdue") { Description = "Only those that somebody should have answered by now." };
        return Made(new Command("list", "The newest 500 reviews, a line each.") { tenant, search, sentiment, overdue }, signIn, async (parsed, api, output, cancellationToken) =>
        {
            string query = $"limit={PageSize}{Named("q", parsed.GetValue(search))}{Named("sentiment", parsed.GetValue(sentiment))}{(parsed.GetValue(overdue) ? "&overdue=true" : "")}";
            foreach (JsonElement review in (await api.SendAsync(HttpMethod.Get, $"tenants/{Escaped(parsed, tenant)}/reviews?{query}", null, cancellationToken)).GetProperty("items").EnumerateArray())
                await output.WriteLineAsync(Line(review));
        });
    }

    static Command Reply(SignInOptions signIn)
    {
        (Argument<string> tenant, Argument<long> number) = (TenantArgument(), NumberArgument());
        var text = new Argument<string>("text") { Description = "What the reviewer reads." };
        return Made(new Command("reply", "Answers a reviewer.") { tenant, number, text }, signIn, async (parsed, api, output, cancellationToken) =>
            await output.WriteLineAsync(Line(await api.SendAsync(HttpMethod.Post, $"tenants/{Escaped(parsed, tenant)}/reviews/{parsed.GetValue(number)}/reply", new { text = parsed.GetValue(text) }, cancellationToken))));
    }

    static Command Moderate(SignInOptions signIn)
    {
        (Argument<string> tenant, Argument<long> number) = (TenantArgument(), NumberArgument());
        var state = new Argument<string>("state") { Description = "published, hidden or pending." };
        var reason = new Option<string?>("--reason") { Description = "Why; needed to hide." };
        return Made(new Command("moderate", "Publishes or hides a review.") { tenant, number, state, reason }, signIn, async (parsed, api, output, cancellationToken) =>
            await output.WriteLineAsync(Line(await api.SendAsync(
                HttpMethod.Post, $"tenants/{Escaped(parsed, tenant)}/reviews/{parsed.GetValue(number)}/moderation", new { state = parsed.GetValue(state), reason = parsed.GetValue(reason) }, cancellationToken))));
    }

    static Command Results(SignInOptions signIn)
    {
        Argument<string> tenant = TenantArgument();
        var by = new Option<string?>("--by") { Description = "tag, version or module." };
        var form = new Option<string?>("--form") { Description = "Only of this form." };
        return Made(new Command("results", "NPS, satisfaction, stars and sentiment, in all and by tag, version or module.") { tenant, by, form }, signIn, async (parsed, api, output, cancellationToken) =>
        {
            JsonElement results = await api.SendAsync(HttpMethod.Get, $"tenants/{Escaped(parsed, tenant)}/reviews/results?step=month{Named("by", parsed.GetValue(by))}{Named("form", parsed.GetValue(form))}", null, cancellationToken);
            await output.WriteLineAsync(Figures("all", results.GetProperty("total")));
            if (parsed.GetValue(by) is not null)
                foreach (JsonElement series in results.GetProperty("series").EnumerateArray())
                    await output.WriteLineAsync(Figures(Text(series, "name") is { Length: > 0 } name ? name : "(none)", series.GetProperty("total")));
        });
    }

    static Command Train(SignInOptions signIn)
    {
        Argument<string> tenant = TenantArgument();
        var file = new Option<FileInfo?>("--file") { Description = """JSON lines: {"text":"...","stars":1} or {"text":"...","label":"negative"}, 30 to 5,000, at most 1 MB. Left out: the tenant's own reviews with numbers beside a text.""" };
        return Made(new Command("train", "Trains a sentiment model for a tenant. It is used where it does better than the lexicon on texts that were left out.") { tenant, file }, signIn, async (parsed, api, output, cancellationToken) =>
        {
            var texts = new List<object>();
            if (parsed.GetValue(file) is { } given)
                foreach (string line in (await File.ReadAllLinesAsync(given.FullName, cancellationToken)).Where(static line => !string.IsNullOrWhiteSpace(line)))
                    texts.Add(Labelled(line, texts.Count + 1));
            JsonElement report = await api.SendAsync(HttpMethod.Post, $"tenants/{Escaped(parsed, tenant)}/reviews/model", new { texts }, cancellationToken);
            await output.WriteLineAsync(string.Create(CultureInfo.InvariantCulture,
                $"{report.GetProperty("texts").GetInt32()} texts: accuracy {report.GetProperty("accuracy").GetDouble():F3}, F1 {report.GetProperty("macroF1").GetDouble():F3}; the lexicon's {report.GetProperty("lexiconAccuracy").GetDouble():F3}, {report.GetProperty("lexiconMacroF1").GetDouble():F3}. {(report.GetProperty("isUsed").GetBoolean() ? "It is used from now on." : "The lexicon does as well and is used.")}"));
        });
    }

    static Command Judge(SignInOptions signIn)
    {
        Argument<string> tenant = TenantArgument();
        var text = new Argument<string>("text") { Description = "What somebody might write." };
        return Made(new Command("judge", "How a text would be judged.") { tenant, text }, signIn, async (parsed, api, output, cancellationToken) =>
        {
            JsonElement judged = await api.SendAsync(HttpMethod.Post, $"tenants/{Escaped(parsed, tenant)}/reviews/sentiment", new { text = parsed.GetValue(text) }, cancellationToken);
            await output.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"{Text(judged, "label")} ({judged.GetProperty("score").GetDouble():F2}): {string.Join(", ", judged.GetProperty("keywords").EnumerateArray().Select(static word => word.GetString()))}"));
        });
    }

    static Argument<string> TenantArgument() => new("tenant") { Description = "The tenant's id." };

    static Argument<string> FormArgument() => new("form") { Description = "Its key: tenant/form." };

    static Argument<long> NumberArgument() => new("number") { Description = "The review's." };

    static object Labelled(string line, int number)
    {
        using JsonDocument read = JsonDocument.Parse(line);
        string label = read.RootElement.TryGetProperty("label", out JsonElement given) ? given.GetString() ?? ""
            : read.RootElement.TryGetProperty("stars", out JsonElement stars) && stars.TryGetDouble(out double count) ? count >= StarsPraise ? "positive" : count <= StarsBlame ? "negative" : "neutral"
            : throw new FormatException($"Line {number} has neither a label nor stars.");
        return new { text = Text(read.RootElement, "text"), label };
    }

    static string Line(JsonElement review)
    {
        string said = string.Join(" / ", review.GetProperty("answers").EnumerateArray().Select(static answer =>
            answer.GetProperty("number").ValueKind == JsonValueKind.Number ? $"{Text(answer, "question")} {answer.GetProperty("number").GetInt32()}" : Text(answer, "text")).Where(static said => said.Length > 0)).ReplaceLineEndings(" ");
        return $"{review.GetProperty("number").GetInt64(),6} {review.GetProperty("at").GetDateTimeOffset():yyyy-MM-dd HH:mm} {Text(review, "form"),-16} {review.GetProperty("sentiment").GetProperty("label").GetString(),-8} {review.GetProperty("moderation").GetProperty("state").GetString(),-9} {said}";
    }

    static string Figures(string name, JsonElement figures) =>
        $"{name,-24} {figures.GetProperty("reviews").GetInt32(),6} reviews, NPS {Number(figures, "nps")}, satisfied {Number(figures, "csat")} %, stars {Number(figures, "stars")}, {figures.GetProperty("positive").GetInt32()} positive, {figures.GetProperty("negative").GetInt32()} negative";

    static string Number(JsonElement figures, string name) => figures.GetProperty(name).ValueKind == JsonValueKind.Number ? figures.GetProperty(name).GetDouble().ToString(CultureInfo.InvariantCulture) : "-";

    static string Text(JsonElement from, string name) => from.TryGetProperty(name, out JsonElement value) ? value.GetString() ?? "" : "";

    static string Named(string name, string? value) => value is null ? "" : $"&{name}={Uri.EscapeDataString(value)}";

    static string Escaped(ParseResult parsed, Argument<string> argument) => Uri.EscapeDataString(parsed.GetValue(argument)!);

    /// <exception cref="FormatException">It is no <c>tenant/form</c>.</exception>
    static string PathOf(string key) => key.Split('/') is [{ Length: > 0 } tenant, { Length: > 0 } form]
        ? $"tenants/{Uri.EscapeDataString(tenant)}/review-forms/{Uri.EscapeDataString(form)}"
        : throw new FormatException($"'{key}' names no form: write tenant/form.");

    static Command Made(Command command, SignInOptions signIn, Func<ParseResult, ApiSession, TextWriter, CancellationToken, Task> run)
    {
        command.SetAction(async (parsed, cancellationToken) =>
        {
            try
            {
                using ApiSession api = await signIn.OpenAsync(parsed, cancellationToken);
                await run(parsed, api, parsed.InvocationConfiguration.Output, cancellationToken);
                return 0;
            }
            catch (Exception problem) when (problem is ApiRefusedException or FormatException or IOException or UnauthorizedAccessException or JsonException or HttpRequestException)
            {
                await parsed.InvocationConfiguration.Error.WriteLineAsync($"orrery: {problem.Message}");
                return 1;
            }
        });
        return command;
    }
}
