using System.Globalization;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using Orrery.Client.Json;

namespace Orrery.Client.Licences;

/// <summary>What a <see cref="LicenceGuard"/> guards, and where it keeps what it knows.</summary>
public sealed class LicenceGuardOptions
{
    /// <summary>The vendor's public keys. Required.</summary>
    public LicenceKeys? Keys { get; set; }

    /// <summary>A folder of this program's own. Required.</summary>
    public string Folder { get; set; } = "";

    /// <summary>The product's id. Required.</summary>
    public string Product { get; set; } = "";

    /// <summary>The program's version, such as <c>9.2.1</c>; null: licences of any versions will do.</summary>
    public string? Version { get; set; }

    /// <summary>The site's id; null: only licences for all sites will do.</summary>
    public string? Site { get; set; }

    /// <summary>How far the clock may be behind what has been: people set clocks right by minutes. Default 10 minutes.</summary>
    public TimeSpan ClockTolerance { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>The cloud's address; null: licences come as files, by <see cref="LicenceGuard.Install"/>.</summary>
    public Uri? Url { get; set; }

    /// <summary>The site's key, for the cloud.</summary>
    public string Key { get; set; } = "";

    /// <summary>A shared HTTP client, or null for one of its own.</summary>
    public HttpClient? HttpClient { get; set; }

    /// <summary>The clock. Null: the machine's.</summary>
    public IClientClock? Clock { get; set; }
}

/// <summary>
/// Tells whether a program is licensed, without a network: signatures are verified with the vendor's public keys, and the latest moment that has certainly been is kept, so that a clock that was set back is noticed.
/// Thread-safe.
/// </summary>
/// <remarks>
/// It keeps honest people honest. Who owns the machine can patch the program; what is kept in the folder can be deleted, and then the licence's own moment of issue, and the latest word of the cloud, are the least that the clock must
/// have reached.
/// </remarks>
public sealed class LicenceGuard : IDisposable
{
    const string LicencesFile = "licences.txt", ClockFile = "licence-clock.txt";
    const int AnswerBytesMax = 4 << 20;
    static readonly TimeSpan ClockPeriod = TimeSpan.FromMinutes(1), RequestTimeout = TimeSpan.FromSeconds(30);

    readonly object gate = new();
    readonly LicenceGuardOptions options;
    readonly IClientClock clock;
    readonly HttpClient? http;
    readonly bool ownsHttp;
    readonly Dictionary<string, Licence> licences = new(StringComparer.Ordinal);
    readonly Dictionary<string, int> revoked = new(StringComparer.Ordinal);
    string? statement;
    DateTimeOffset seen, seenStored;

    /// <summary>Reads what the folder has.</summary>
    /// <exception cref="ArgumentException">The options cannot be used.</exception>
    /// <exception cref="IOException">The folder cannot be made or read.</exception>
    public LicenceGuard(LicenceGuardOptions options)
    {
        this.options = options ?? throw new ArgumentNullException(nameof(options));
        if (options.Keys is null || options.Folder.Length == 0 || options.Product.Length == 0)
            throw new ArgumentException("Keys, Folder and Product are needed to look after licences.");
        if (options.Url is { } url && (!url.IsAbsoluteUri || url.Scheme is not ("http" or "https")))
            throw new ArgumentException("Url must be an absolute http or https address.");
        clock = options.Clock ?? new SystemClientClock();
        ownsHttp = options.Url is not null && options.HttpClient is null;
        http = options.Url is null ? null : options.HttpClient ?? new HttpClient { Timeout = Timeout.InfiniteTimeSpan };
        Directory.CreateDirectory(options.Folder);
        ReadFolder();
    }

    DateTimeOffset Now => DateTimeOffset.FromUnixTimeMilliseconds(clock.UnixMilliseconds);

    string PathOf(string file) => Path.Combine(options.Folder, file);

    /// <summary>Whether the program may run now. Cheap enough for each sign-in.</summary>
    public LicenceFinding Check()
    {
        lock (gate)
        {
            DateTimeOffset now = Now;
            if (now + options.ClockTolerance < seen)
                return new LicenceFinding(LicenceStatus.ClockSetBack, Best(now), $"This machine's clock says {now:u}, and it has been {seen:u} already. Set the clock right, or connect to the cloud once.");
            See(now);
            if (Best(now) is not { } licence)
                return new LicenceFinding(LicenceStatus.Missing, null, $"There is no licence for '{options.Product}'{(options.Version is { } version ? " " + version : "")}{(options.Site is { } site ? $" at the site '{site}'" : "")}. Ask the vendor for one.");
            return Judge(licence, now);
        }
    }

    /// <summary>Takes a licence from a file, and keeps it. An older revision than the one that is known changes nothing.</summary>
    /// <exception cref="LicenceException">It is no licence, or was altered.</exception>
    public Licence Install(string text)
    {
        Licence licence = Licence.Read(text, options.Keys!);
        lock (gate)
        {
            if (Take(licence))
                WriteLicences();
            return licence;
        }
    }

    /// <summary>Asks the cloud for the licences of this tenant and for what was taken back; both are verified and kept. Ask some times a day.</summary>
    /// <returns>Null where it is done; else why not: what is kept still counts.</returns>
    public async Task<string?> RefreshAsync(CancellationToken cancellationToken = default)
    {
        if (http is null)
            return "No address of the cloud is given.";
        byte[] random = new byte[16];
        using (var source = RandomNumberGenerator.Create())
            source.GetBytes(random);
        string nonce = BitConverter.ToString(random).Replace("-", "");
        try
        {
            string answer = await AskAsync(HttpMethod.Get, "agent/licences?nonce=" + nonce, null, cancellationToken).ConfigureAwait(false);
            lock (gate)
            {
                string[] texts = answer.Replace("\r\n", "\n").Split(["\n\n"], StringSplitOptions.RemoveEmptyEntries);
                if (texts.Length == 0)
                    return "The cloud's answer is empty.";
                TakeStatement(texts[0], nonce);
                foreach (string text in texts.Skip(1))
                    Take(Licence.Read(text, options.Keys!));
                WriteLicences();
            }

            return null;
        }
        catch (Exception problem) when (problem is HttpRequestException or IOException or LicenceException || (problem is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            return problem.Message;
        }
    }

    /// <summary>Tells the cloud how many people use the licence that holds.</summary>
    /// <param name="server">The server's id within its site.</param>
    /// <param name="users">People at once.</param>
    /// <param name="modules">People at once by module; null: not counted.</param>
    /// <param name="cancellationToken">Gives up asking.</param>
    /// <returns>Null where it is done; else why not.</returns>
    public async Task<string?> ReportUseAsync(string server, int users, IReadOnlyDictionary<string, int>? modules = null, CancellationToken cancellationToken = default)
    {
        if (http is null)
            return "No address of the cloud is given.";
        if (Check().Licence is not { } licence)
            return "There is no licence whose use could be told.";
        var json = new JsonBuffer();
        json.BeginObject().Name("server").String(server).Name("licence").String(licence.Id.Substring(licence.Id.IndexOf('/') + 1)).Name("users").Number(users).Name("modules").BeginObject();
        foreach (KeyValuePair<string, int> module in modules ?? new Dictionary<string, int>())
            json.Name(module.Key).Number(module.Value);
        json.EndObject().EndObject();
        try
        {
            await AskAsync(HttpMethod.Post, "agent/licences/use", json.ToArray(), cancellationToken).ConfigureAwait(false);
            return null;
        }
        catch (Exception problem) when (problem is HttpRequestException or IOException || (problem is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            return problem.Message;
        }
    }

    /// <summary>Keeps the latest moment.</summary>
    public void Dispose()
    {
        lock (gate)
        {
            if (seen > seenStored)
                WriteClock();
        }

        if (ownsHttp)
            http!.Dispose();
    }

    LicenceFinding Judge(Licence licence, DateTimeOffset now)
    {
        if (IsRevoked(licence))
            return new LicenceFinding(LicenceStatus.Revoked, licence, $"The vendor took the licence '{licence.Id}' back. Ask the vendor why.");
        if (now < licence.ValidFrom)
            return new LicenceFinding(LicenceStatus.NotYetValid, licence, $"The licence '{licence.Id}' holds from {licence.ValidFrom:u} on.");
        if (licence.Expires is not { } end || now < end)
            return new LicenceFinding(LicenceStatus.Valid, licence, licence.Expires is { } until ? $"The licence '{licence.Id}' holds until {until:u}." : $"The licence '{licence.Id}' holds without an end.");
        DateTimeOffset last = end.AddDays(licence.GraceDays);
        return now < last
            ? new LicenceFinding(LicenceStatus.Grace, licence, $"The licence '{licence.Id}' expired at {end:u} and is honoured until {last:u}. Renew it.")
            : new LicenceFinding(LicenceStatus.Expired, licence, $"The licence '{licence.Id}' expired at {end:u}. Renew it.");
    }

    /// <summary>Of those for this product, version and site the one that holds, else the one that came nearest to it.</summary>
    Licence? Best(DateTimeOffset now) => licences.Values.Where(Fits)
        .OrderBy(licence => Judge(licence, now).Status switch { LicenceStatus.Valid => 0, LicenceStatus.Grace => 1, LicenceStatus.NotYetValid => 2, LicenceStatus.Expired => 3, _ => 4 })
        .ThenByDescending(static licence => licence.Expires ?? DateTimeOffset.MaxValue).ThenBy(static licence => licence.Id, StringComparer.Ordinal).FirstOrDefault();

    bool Fits(Licence licence) =>
        licence.Product == options.Product && (licence.Sites.Count == 0 || (options.Site is { } site && licence.Sites.Contains(site)))
        && (licence.Versions is not { } versions || options.Version is not { } version || Covers(versions, version));

    /// <summary><c>9.*</c> covers 9 and all that begins with 9. and nothing else; without a star it is this version.</summary>
    static bool Covers(string versions, string version) => versions == "*" || versions == version
        || (versions.EndsWith(".*", StringComparison.Ordinal) && (version + ".").StartsWith(versions.Substring(0, versions.Length - 1), StringComparison.Ordinal));

    bool IsRevoked(Licence licence) => revoked.TryGetValue(licence.Id, out int revision) && licence.Revision <= revision;

    bool Take(Licence licence)
    {
        if (licences.TryGetValue(licence.Id, out Licence? known) && known.Revision >= licence.Revision)
            return false;
        licences[licence.Id] = licence;
        if (licence.Issued > seen)
            seen = licence.Issued;
        return true;
    }

    /// <param name="text">Signed.</param>
    /// <param name="nonce">What was asked with: only then its moment is now, and a clock that had been ahead is forgiven. Null: it was kept from before.</param>
    void TakeStatement(string text, string? nonce)
    {
        DateTimeOffset at = default;
        string? given = null;
        var taken = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (KeyValuePair<string, string> line in SignedLines.Read("orrery-licences", options.Keys!.Verify(text)).Pairs)
        {
            switch (line.Key)
            {
                case "at": at = SignedLines.Moment("at", line.Value); break;
                case "nonce": given = line.Value; break;
                case "revoked":
                    string[] parts = line.Value.Split(' ');
                    taken[parts[0]] = parts.Length == 2 ? SignedLines.Number("revoked", parts[1]) : int.MaxValue;
                    break;
            }
        }

        if (nonce is not null && given != nonce)
            throw new LicenceException("The cloud's answer is not to this question: it may be an old one that somebody kept.");
        statement = text.EndsWith("\n", StringComparison.Ordinal) ? text : text + "\n";
        revoked.Clear();
        foreach (KeyValuePair<string, int> one in taken)
            revoked[one.Key] = one.Value;
        if (nonce is not null || at > seen)
            seen = at;
        if (nonce is not null)
            WriteClock();
    }

    void See(DateTimeOffset now)
    {
        if (now > seen)
            seen = now;
        if (seen - seenStored >= ClockPeriod)
            WriteClock();
    }

    void ReadFolder()
    {
        if (File.Exists(PathOf(LicencesFile)))
        {
            foreach (string text in File.ReadAllText(PathOf(LicencesFile)).Replace("\r\n", "\n").Split(["\n\n"], StringSplitOptions.RemoveEmptyEntries))
            {
                try
                {
                    if (text.TrimStart('\uFEFF').StartsWith("orrery-licences", StringComparison.Ordinal))
                        TakeStatement(text, null);
                    else
                        Take(Licence.Read(text, options.Keys!));
                }
                catch (LicenceException)
                {
                    // What was altered in the folder counts for nothing, like what was deleted.
                }
            }
        }

        string[] clockLine = File.Exists(PathOf(ClockFile)) ? File.ReadAllText(PathOf(ClockFile)).Trim().Split(' ') : [];
        if (clockLine.Length == 2 && clockLine[1] == Seal(clockLine[0])
            && DateTimeOffset.TryParseExact(clockLine[0], "yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out DateTimeOffset kept) && kept > seen)
            seen = kept;
        seenStored = seen;
    }

    void WriteLicences() =>
        Replace(LicencesFile, string.Join("\n", (statement is null ? [] : new[] { statement }).Concat(licences.Values.Select(static licence => licence.Text.EndsWith("\n", StringComparison.Ordinal) ? licence.Text : licence.Text + "\n"))));

    void WriteClock()
    {
        string moment = seen.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
        seenStored = seen;
        Replace(ClockFile, $"{moment} {Seal(moment)}\n");
    }

    /// <summary>Shows an edit by hand; it is no secret.</summary>
    string Seal(string moment)
    {
        using var hmac = new HMACSHA256(Encoding.UTF8.GetBytes("orrery licence clock " + options.Product));
        return Convert.ToBase64String(hmac.ComputeHash(Encoding.UTF8.GetBytes(moment)));
    }

    /// <summary>A crash leaves the file before or the new one.</summary>
    void Replace(string file, string text)
    {
        string path = PathOf(file), beside = path + ".new";
        try
        {
            File.WriteAllText(beside, text);
            if (File.Exists(path))
                File.Replace(beside, path, null);
            else
                File.Move(beside, path);
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            // A full disk must not stop a program that is licensed: memory has it, and the next minute tries again.
            seenStored = DateTimeOffset.MinValue;
        }
    }

    async Task<string> AskAsync(HttpMethod method, string path, byte[]? body, CancellationToken cancellationToken)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(RequestTimeout);
        using var request = new HttpRequestMessage(method, options.Url!.GetLeftPart(UriPartial.Path).TrimEnd('/') + "/api/v1/" + path);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", options.Key);
        if (body is not null)
        {
            request.Content = new ByteArrayContent(body);
            request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        }

        using HttpResponseMessage answer = await http!.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, deadline.Token).ConfigureAwait(false);
        if (answer.Content.Headers.ContentLength > AnswerBytesMax)
            throw new IOException($"The cloud's answer has {answer.Content.Headers.ContentLength:N0} bytes; at most {AnswerBytesMax:N0} are read.");
        string text = await answer.Content.ReadAsStringAsync().ConfigureAwait(false);
        return answer.IsSuccessStatusCode ? text : throw new IOException($"The cloud answers {(int)answer.StatusCode} {(text.Length > 300 ? text.Substring(0, 300) : text)}".Trim());
    }
}
