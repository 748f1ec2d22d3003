using Markdig;
using Markdig.Renderers.Html;
using Markdig.Syntax;
using Markdig.Syntax.Inlines;
using Orrery.Interfaces.News;

namespace Orrery.Grains.News;

/// <summary>
/// Markdown to HTML that is safe to be shown: HTML in the text comes out as text, links and pictures whose address is not http, https or mailto lose it, and nothing else of what CommonMark and tables make can hold a script.
/// </summary>
static class NewsMarkdown
{
    static readonly MarkdownPipeline Pipeline = new MarkdownPipelineBuilder().DisableHtml().UsePipeTables().UseEmphasisExtras().UseAutoLinks().Build();

    public static RenderedNews Render(NewsText text)
    {
        MarkdownDocument document = Markdown.Parse(text.Markdown, Pipeline);
        foreach (LinkInline link in document.Descendants<LinkInline>())
        {
            if (link.IsImage || !IsSafe(link.Url))
                (link.Url, link.IsImage) = (IsSafe(link.Url) ? link.Url : "#", false);
            // Pictures would tell a foreign server who reads; they become links.
            link.GetAttributes().AddProperty("rel", "noopener noreferrer");
            link.GetAttributes().AddProperty("target", "_blank");
        }

        foreach (AutolinkInline link in document.Descendants<AutolinkInline>())
            if (!link.IsEmail && !IsSafe(link.Url))
                link.Url = "#";
        return new RenderedNews(text.Language, text.Title, document.ToHtml(Pipeline), Markdown.ToPlainText(text.Markdown, Pipeline));
    }

    static bool IsSafe(string? url) => Uri.TryCreate(url, UriKind.Absolute, out Uri? address) && address.Scheme is ("http" or "https" or "mailto");
}
