"""Triggers that keep a post's counts and its search vector.

Counts are changed once per statement and post, however many rows a statement adds or removes. A comment counts as long
as it is not deleted; a remix counts for its parent as long as it is posted.
"""

from django.db import migrations

COUNT = """
CREATE FUNCTION posts_count_likes() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        UPDATE posts_post SET num_likes = num_likes + changed.num
        FROM (SELECT post_id, count(*) AS num FROM added GROUP BY post_id ORDER BY post_id) AS changed
        WHERE posts_post.id = changed.post_id;
    ELSE
        UPDATE posts_post SET num_likes = num_likes - changed.num
        FROM (SELECT post_id, count(*) AS num FROM removed GROUP BY post_id ORDER BY post_id) AS changed
        WHERE posts_post.id = changed.post_id;
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER likes_added AFTER INSERT ON posts_like REFERENCING NEW TABLE AS added
    FOR EACH STATEMENT EXECUTE FUNCTION posts_count_likes();
CREATE TRIGGER likes_removed AFTER DELETE ON posts_like REFERENCING OLD TABLE AS removed
    FOR EACH STATEMENT EXECUTE FUNCTION posts_count_likes();

CREATE FUNCTION posts_count_comments() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP <> 'DELETE' THEN
        UPDATE posts_post SET num_comments = num_comments + changed.num
        FROM (SELECT post_id, count(*) AS num FROM added WHERE deleted_at IS NULL GROUP BY post_id) AS changed
        WHERE posts_post.id = changed.post_id;
    END IF;
    IF TG_OP <> 'INSERT' THEN
        UPDATE posts_post SET num_comments = num_comments - changed.num
        FROM (SELECT post_id, count(*) AS num FROM removed WHERE deleted_at IS NULL GROUP BY post_id) AS changed
        WHERE posts_post.id = changed.post_id;
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER comments_added AFTER INSERT ON posts_comment REFERENCING NEW TABLE AS added
    FOR EACH STATEMENT EXECUTE FUNCTION posts_count_comments();
CREATE TRIGGER comments_removed AFTER DELETE ON posts_comment REFERENCING OLD TABLE AS removed
    FOR EACH STATEMENT EXECUTE FUNCTION posts_count_comments();
CREATE TRIGGER comments_changed AFTER UPDATE ON posts_comment REFERENCING OLD TABLE AS removed NEW TABLE AS added
    FOR EACH STATEMENT EXECUTE FUNCTION posts_count_comments();

CREATE FUNCTION posts_count_remixes() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        UPDATE posts_post SET num_remixes = num_remixes + changed.num
        FROM (SELECT parent_id, count(*) AS num FROM added GROUP BY parent_id) AS changed
        WHERE posts_post.id = changed.parent_id;
    ELSE
        UPDATE posts_post SET num_remixes = num_remixes - changed.num
        FROM (SELECT parent_id, count(*) AS num FROM removed GROUP BY parent_id) AS changed
        WHERE posts_post.id = changed.parent_id;
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER remixes_added AFTER INSERT ON posts_post REFERENCING NEW TABLE AS added
    FOR EACH STATEMENT EXECUTE FUNCTION posts_count_remixes();
CREATE TRIGGER remixes_removed AFTER DELETE ON posts_post REFERENCING OLD TABLE AS removed
    FOR EACH STATEMENT EXECUTE FUNCTION posts_count_remixes();
"""

UNCOUNT = """
DROP TRIGGER likes_added ON posts_like;
DROP TRIGGER likes_removed ON posts_like;
DROP TRIGGER comments_added ON posts_comment;
DROP TRIGGER comments_removed ON posts_comment;
DROP TRIGGER comments_changed ON posts_comment;
DROP TRIGGER remixes_added ON posts_post;
DROP TRIGGER remixes_removed ON posts_post;
DROP FUNCTION posts_count_likes, posts_count_comments, posts_count_remixes;
"""

SEARCH = """
CREATE FUNCTION posts_read_words() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    prompt text;
    language regconfig;
BEGIN
    SELECT videos_video.prompt INTO prompt FROM videos_video WHERE id = NEW.video_id;
    NEW.search := '';
    FOREACH language IN ARRAY ARRAY['simple', 'english', 'spanish']::regconfig[] LOOP
        NEW.search := NEW.search || setweight(to_tsvector(language, NEW.caption), 'A')
            || setweight(to_tsvector(language, coalesce(prompt, '')), 'B');
    END LOOP;
    RETURN NEW;
END $$;
CREATE TRIGGER words_of_post BEFORE INSERT OR UPDATE OF caption, video_id ON posts_post
    FOR EACH ROW EXECUTE FUNCTION posts_read_words();
"""

UNSEARCH = """
DROP TRIGGER words_of_post ON posts_post;
DROP FUNCTION posts_read_words;
"""


class Migration(migrations.Migration):
    dependencies = [("posts", "0001_initial"), ("videos", "0001_initial")]

    operations = [migrations.RunSQL(COUNT, UNCOUNT), migrations.RunSQL(SEARCH, UNSEARCH)]
