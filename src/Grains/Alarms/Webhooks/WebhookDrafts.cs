using System.Net;
using Orrery.Grains.Secrets;
using Orrery.Interfaces.Alarms;
using Orrery.Interfaces.Errors;

namespace Orrery.Grains.Alarms.Webhooks;

/// <summary>Checks the webhooks that a person sets, and makes them into what is stored.</summary>
static class WebhookDrafts
{
    public const int WebhooksMax = 10;
    const int UrlLengthMax = 2_000;
    public const int SecretLengthMax = 256;

    public const string SecretPurpose = "webhook";

    public static List<WebhookState> Take(IReadOnlyList<WebhookDraft> drafts, IReadOnlyList<WebhookState> before, WebhookOptions options, SecretBox box)
    {
        if (drafts.Count > WebhooksMax)
            throw new InvalidInputException("webhooks", $"{drafts.Count} webhooks are too many; a tenant has at most {WebhooksMax}.");
        var taken = new List<WebhookState>(drafts.Count);
        for (int index = 0; index < drafts.Count; index++)
        {
            var draft = drafts[index];
            string field = $"[{index}]";
            string url = CheckUrl($"{field}.url", draft.Url, options);
            if (taken.Exists(other => other.Url == url))
                throw new InvalidInputException($"{field}.url", $"'{url}' is named twice.");
            if (!Enum.IsDefined(draft.SeverityMin))
                throw new InvalidInputException($"{field}.severityMin", $"{(int)draft.SeverityMin} is no severity: use information, warning or critical.");
            if (draft.Secret is { Length: > SecretLengthMax })
                throw new InvalidInputException($"{field}.secret", $"The secret has {draft.Secret.Length} characters; use at most {SecretLengthMax}.");
            var known = before.FirstOrDefault(webhook => webhook.Url == url) ?? new WebhookState(url, draft.SeverityMin, null, 0, 0, null, null);
            byte[]? secret = draft.Secret switch
            {
                null => known.SealedSecret,
                "" => null,
                _ => box.Seal(draft.Secret, SecretPurpose),
            };
            taken.Add(known with { SeverityMin = draft.SeverityMin, SealedSecret = secret });
        }

        return taken;
    }

    /// <summary>The address as it is kept.</summary>
    /// <exception cref="InvalidInputException">It is none, holds a password, or is internal.</exception>
    public static string CheckUrl(string field, string? given, WebhookOptions options)
    {
        if (given is not { Length: > 0 and <= UrlLengthMax } || !Uri.TryCreate(given, UriKind.Absolute, out var url) || url.Scheme is not ("http" or "https"))
            throw new InvalidInputException(field, $"A webhook needs an address that begins with http:// or https:// and has at most {UrlLengthMax} characters.");
        if (url.UserInfo.Length > 0)
            throw new InvalidInputException(field, "The address must not hold a user name or password; set a secret instead, requests are then signed with it.");
        bool isInternal = url.IsLoopback || (IPAddress.TryParse(url.DnsSafeHost, out var address) && InternalAddresses.Contains(address));
        if (isInternal && !options.AllowInternalAddresses)
            throw new InvalidInputException(field, $"'{url.Host}' is an internal address, which webhooks may not reach here.");
        return url.AbsoluteUri;
    }
}
